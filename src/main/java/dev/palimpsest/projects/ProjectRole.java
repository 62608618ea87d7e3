package dev.palimpsest.projects;

import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.springframework.stereotype.Component;

/**
 * Makes the role that requests take, and grants it what migrations made. Roles belong to the server
 * and not to the database, so that one that was restored elsewhere lacks it.
 */
@Component
final class ProjectRole implements Callback {
    private static final String ENSURE =
            """
            do $$
            begin
                perform pg_advisory_xact_lock(hashtext('palimpsest_project'));
                begin
                    if not exists (select from pg_roles where rolname = 'palimpsest_project') then
                        create role palimpsest_project nologin;
                    end if;
                exception when duplicate_object or unique_violation then
                    null; -- another database's service was first
                end;
                if not pg_has_role(current_user, 'palimpsest_project', 'member') then
                    execute format('grant palimpsest_project to %I', current_user);
                end if;
                execute format('grant usage on schema %I to palimpsest_project', current_schema());
                execute format('grant select, insert, update, delete on all tables in schema %I to palimpsest_project', current_schema());
                execute format('grant usage, select on all sequences in schema %I to palimpsest_project', current_schema());
            end $$
            """;

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.AFTER_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        try (Statement statement = context.getConnection().createStatement()) {
            statement.execute(ENSURE);
        } catch (SQLException refused) {
            throw new FlywayException(
                    "the role palimpsest_project cannot be made or granted; let this user create roles, or make it: CREATE ROLE palimpsest_project NOLOGIN",
                    refused);
        }
    }

    @Override
    public String getCallbackName() {
        return "project role";
    }
}
