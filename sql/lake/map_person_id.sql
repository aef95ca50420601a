-- The only place where a platform's id of a person can be found again, and only with the secret key.
-- key       : id_key
-- partition : -
-- slice     : -
-- source    : every answer that names persons
create table map_person_id (
    id_key     text, -- our key of the person's id, as other datasets hold it
    sealed     text, -- the id itself as the platform writes it, AES-256-GCM, base64
    first_seen date  -- business date it was first met
);
