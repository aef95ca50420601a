-- Tasks of the project tool.
-- key       : account_id, task_id
-- partition : account_id
-- slice     : account_id
-- source    : import template project_tasks (sql/catalogue/templates.toml)
create table land_project_task (
    account_id text,   -- our key of the account; files when the rows are the brand's
    task_id    text,   -- unique per task
    title      text,   -- as told
    milestone  text,   -- milestone or phase
    metric     text,   -- metric it moves
    owner      text,   -- person or team
    status     text,   -- todo, doing, blocked, done or dropped
    start_date date,   -- planned start
    due_date   date,   -- planned end
    done_date  date,   -- real end, null while open
    progress   double, -- share 0-1
    blocker    text,   -- what holds it up
    import_id  text    -- which import the row came from
);
