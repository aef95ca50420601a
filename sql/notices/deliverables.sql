-- Tasks of the project tool that belong to a milestone of the plan.
-- grain  : one row per task_id
-- params : -
-- columns:
--   task_id    text, unique
--   milestone  text, as told: id or name of a milestone
--   title      text, as told
--   owner      text, person or team, null when not told
--   status     text, todo, doing, blocked, done or dropped
--   due_date   date, planned end, null when not told
--   done_date  date, real end, null while open or not told
--   blocker    text, what holds it up, null when nothing
-- source : land_project_task
-- traps  : a task told by the project tool and by a file is one task, and the file is believed

with

ranked as (

    select
        task_id,
        trim(milestone) as milestone,
        title,
        owner,
        status,
        due_date,
        done_date,
        blocker,
        row_number() over (
            partition by task_id
            order by case when account_id = 'files' then 0 else 1 end, account_id
        ) as place

    from land_project_task

    where milestone is not null

),

tasks as (

    select task_id, milestone, title, owner, status, due_date, done_date, blocker
    from ranked
    where place = 1

)

select * from tasks
