"""What the doctor says of the installation, in English; the keys are those of ``checkup_zh``."""

from collections.abc import Mapping

from tasks.reporting.checkup_zh import Text

NO_FLOW = "no flow can run"
NO_SCHEDULE = "nothing runs by itself"
UNDELIVERED = "{reports} will not arrive there"
AGAIN = "start it again: make down && make up"
EDIT_PLAYBOOKS = "edit deployments/playbooks.toml"
EDIT_ROUTES = "edit deployments/routes.toml"
NETWORK = "check this machine's network, DNS and proxy"
MORE_ROOM = "add room, or move WECHAT_OPS_DATA_DIR or WECHAT_OPS_LAKE_URL to a larger disk"
ROOM = "{free:.1f} GB free at {folder}, {used:.1f} GB used"

EN: Mapping[str, Text] = {
    "key.ok": Text("Secret key", "set, {length} characters"),
    "key.missing": Text(
        "Secret key",
        "WECHAT_OPS_SECRET_KEY is not set or shorter than 16 characters ({length})",
        "no account can be pulled",
        "make one with `python -m flows new-key`, set it, keep it safe and never change it",
    ),
    "disk.ok": Text("Disk", ROOM),
    "disk.days": Text("Disk", ROOM + ", enough for {days:,.0f} days at the growth of the last fortnight"),
    "disk.low": Text("Disk", ROOM, "runs fail once it is full", MORE_ROOM),
    "disk.soon": Text(
        "Disk",
        ROOM + ", enough for {days:,.0f} days at the growth of the last fortnight",
        "runs fail once it is full",
        MORE_ROOM,
    ),
    "database.ok": Text("Ops database", "{kind}, {milliseconds:.0f} ms"),
    "database.journal": Text(
        "Ops database",
        "{kind}, without WAL",
        "readers and writers wait for each other",
        "keep it on a local disk that supports WAL, not on a network one",
    ),
    "database.lost": Text(
        "Ops database",
        "cannot be used: {error}",
        NO_FLOW,
        "check WECHAT_OPS_DATABASE_URL, and that the database server runs",
    ),
    "schema.ok": Text("Schema", "revision {revision}, the newest"),
    "schema.none": Text(
        "Schema", "there are no tables yet", "the next run makes them first", "python -m flows migrate"
    ),
    "schema.old": Text(
        "Schema",
        "revision {revision}, this program needs {head}",
        "the next run migrates it first",
        "python -m flows migrate",
    ),
    "schema.newer": Text(
        "Schema",
        "revision {revision}, this program knows {head} at most",
        NO_FLOW,
        "update this program, or restore a database of its release",
    ),
    "lake.ok": Text("Lake", "written, read and deleted in {milliseconds:.0f} ms"),
    "lake.lost": Text(
        "Lake",
        "cannot be written or read: {error}",
        "what is pulled cannot be kept",
        "check the folder of WECHAT_OPS_LAKE_URL: rights, disk, mount",
    ),
    "tables.ok": Text("Tables", "{count} readable, {rows:,} rows, {files:,} files, {size:.2f} GB"),
    "tables.landed": Text(
        "Table {name}",
        "cannot be read: {error}",
        "every step that reads it fails",
        "restore its folder from a backup; without one, move it away and rebuild the past with "
        "`python -m flows backfill`",
    ),
    "tables.built": Text(
        "Table {name}",
        "cannot be read: {error}",
        "every step that reads it fails",
        "move its folder away and rebuild it with `python -m flows backfill`",
    ),
    "plan.ok": Text("Plan", "{kpis} KPIs and gates, no flaw"),
    "plan.fail": Text("Plan", "{flaw}", "the daily sync fails when it judges", "edit deployments/plan.toml"),
    "plan.warn": Text("Plan", "{flaw}", "", "edit deployments/plan.toml"),
    "plan.warnings": Text("Plan", "{count} warnings", "", "read them: python -m flows plan check"),
    "plan.lost": Text(
        "Plan",
        "cannot be read: {error}",
        "the daily sync fails when it judges",
        "edit deployments/plan.toml",
    ),
    "playbooks.ok": Text("Playbooks", "{count}, no flaw"),
    "playbooks.strange": Text("Playbooks", "no metric is named {names}", "they never show", EDIT_PLAYBOOKS),
    "playbooks.lost": Text(
        "Playbooks", "cannot be read: {error}", "alerts and emergency plans fail", EDIT_PLAYBOOKS
    ),
    "route.ok": Text("Route {report}", "{count} recipients ({channels})"),
    "route.unused": Text("Route {report}", "nobody is on it"),
    "route.nobody": Text(
        "Route {report}", "nobody is on it", "nobody is told", "name somebody in deployments/routes.toml"
    ),
    "routes.example": Text(
        "Routes", "{count} still on the example address {address}: {reports}", "nobody gets them", EDIT_ROUTES
    ),
    "route.lost": Text("Routes", "{error}", "no report can be sent", EDIT_ROUTES),
    "webhook.ok": Text("Webhook {name}", "{channel} answers; no message was sent"),
    "webhook.unset": Text(
        "Webhook {name}",
        "the secret {name} is not set, or is no web address",
        UNDELIVERED,
        "store the webhook's whole address as the secret {name}",
    ),
    "webhook.dead": Text(
        "Webhook {name}",
        "the address is dead ({code})",
        UNDELIVERED,
        "add the robot to the chat again and store its new address as the secret {name}",
    ),
    "webhook.barred": Text(
        "Webhook {name}",
        "the robot's security settings do not let us in ({code})",
        UNDELIVERED,
        "store its signing secret as the secret {name}_SIGN; check its IP allow-list and this machine's clock",
    ),
    "webhook.odd": Text(
        "Webhook {name}",
        "an unexpected answer ({code}), so not confirmed",
        "",
        "check the address in the secret {name}",
    ),
    "webhook.lost": Text("Webhook {name}", "out of reach ({code})", UNDELIVERED, NETWORK),
    "smtp.ok": Text("Mail", "{server} lets us in; no mail was sent"),
    "smtp.sender": Text(
        "Mail",
        "{server} lets us in, but the sender is still {sender}",
        "most receivers refuse it or file it as junk",
        "set WECHAT_OPS_MAIL_SENDER",
    ),
    "smtp.unset": Text("Mail", "no mail server is set", UNDELIVERED, "set WECHAT_OPS_SMTP_HOST"),
    "smtp.refused": Text(
        "Mail",
        "{server} refused user or password ({code})",
        UNDELIVERED,
        "check WECHAT_OPS_SMTP_USER and WECHAT_OPS_SMTP_PASSWORD",
    ),
    "smtp.insecure": Text(
        "Mail",
        "{server} cannot be secured or logged into as set",
        UNDELIVERED,
        "check WECHAT_OPS_SMTP_SECURITY (tls on port 465, starttls on 587) and the server's certificate",
    ),
    "smtp.lost": Text(
        "Mail",
        "{server} is out of reach ({code})",
        UNDELIVERED,
        "check WECHAT_OPS_SMTP_HOST, _PORT and the network",
    ),
    "prefect.ok": Text("Prefect", "server {version} answers"),
    "prefect.absent": Text("Prefect", "no server is running", NO_SCHEDULE, "make up, or set PREFECT_API_URL"),
    "prefect.refused": Text(
        "Prefect", "the server asks for a login ({code})", NO_SCHEDULE, "set PREFECT_API_AUTH_STRING"
    ),
    "prefect.lost": Text("Prefect", "out of reach: {error}", NO_SCHEDULE, AGAIN),
    "worker.ready": Text("Worker", "online"),
    "worker.not_ready": Text("Worker", "no worker is online", "runs that are due do not start", AGAIN),
    "worker.paused": Text(
        "Worker",
        "the work pool {pool} is paused",
        "runs that are due do not start",
        "prefect work-pool resume {pool}",
    ),
    "worker.none": Text("Worker", "there is no work pool {pool}", "runs that are due do not start", AGAIN),
    "schedules.ok": Text("Schedules", "{count}, all of them on"),
    "schedules.missing": Text(
        "Schedules", "not registered: {names}", "they are not in the UI and never run by themselves", AGAIN
    ),
    "schedules.paused": Text(
        "Schedules",
        "paused: {names}",
        "nothing runs at these times",
        "switch them on again in the Prefect UI under Deployments",
    ),
    "broken": Text(
        "{what}", "no result in {seconds:.0f} s", "", "ask again later; then look at network and disk"
    ),
    "crashed": Text("{what}", "the check itself failed: {error}", "", "a bug here; please report it"),
}
