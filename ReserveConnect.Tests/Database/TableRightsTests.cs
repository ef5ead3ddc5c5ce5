using Dapper;
using Npgsql;
using ReserveConnect.Database;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>
/// A walk through the catalogue: no table of schema <c>reserve</c> is without forced row-level security, and no role may more
/// than the approved list says.
/// </summary>
public sealed class TableRightsTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    [Fact]
    public async Task Row_level_security_is_on_and_forced_for_every_table() =>
        Assert.Empty(await NamesAsync(
            """
            SELECT c.relname
            FROM pg_class c
            WHERE c.relnamespace = 'reserve'::regnamespace
              AND c.relkind IN ('r', 'p')
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
            """));

    // What is plainly true is taken out of the service's plans.
    [Fact]
    public async Task The_service_has_a_plain_policy_on_every_table() =>
        Assert.Empty(await NamesAsync(
            """
            SELECT t.tablename
            FROM pg_tables t
            WHERE t.schemaname = 'reserve'
              AND NOT EXISTS (
                  SELECT
                  FROM pg_policies p
                  WHERE p.schemaname = t.schemaname
                    AND p.tablename = t.tablename
                    AND p.permissive = 'PERMISSIVE'
                    AND p.cmd = 'ALL'
                    AND p.roles = '{reserve_service}'
                    AND p.qual = 'true'
                    AND p.with_check = 'true')
            """));

    [Fact]
    public async Task No_other_policy_lets_anybody_write_or_is_everybodys() =>
        Assert.Empty(await NamesAsync(
            """
            SELECT p.tablename || '.' || p.policyname
            FROM pg_policies p
            WHERE p.schemaname = 'reserve'
              AND p.policyname <> 'service'
              AND (p.cmd <> 'SELECT' OR 'public' = ANY (p.roles))
            """));

    [Fact]
    public async Task Nobody_but_the_five_and_the_owner_is_granted_anything() =>
        Assert.Empty(await NamesAsync(
            """
            SELECT c.relname || ' to ' || a.grantee::regrole
            FROM pg_class c
            CROSS JOIN aclexplode(c.relacl) AS a
            WHERE c.relnamespace = 'reserve'::regnamespace
              AND a.grantee <> c.relowner
              AND a.grantee NOT IN (SELECT oid FROM pg_roles WHERE rolname = ANY (@All))
            """));

    [Fact]
    public async Task Nothing_works_for_a_caller_with_its_owners_rights()
    {
        Assert.Empty(await NamesAsync(
            """
            SELECT n.nspname || '.' || c.relname
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('reserve', 'public')
              AND c.relkind = 'v'
              AND NOT 'security_invoker=true' = ANY (coalesce(c.reloptions, '{}'))
            """));
        Assert.Empty(await NamesAsync("SELECT matviewname FROM pg_matviews WHERE schemaname IN ('reserve', 'public')"));
    }

    [Fact]
    public async Task Roles_may_what_is_approved_and_no_more()
    {
        var found = await NamesAsync(
            """
            SELECT concat_ws(' ', t.tablename, r.name, string_agg(p.privilege, ', ' ORDER BY p.place))
            FROM pg_tables t
            CROSS JOIN unnest(@All) WITH ORDINALITY AS r (name, place)
            CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
                WITH ORDINALITY AS p (privilege, place)
            WHERE t.schemaname = 'reserve'
              AND (has_table_privilege(r.name, 'reserve.' || quote_ident(t.tablename), p.privilege)
                   OR p.privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                      AND has_any_column_privilege(r.name, 'reserve.' || quote_ident(t.tablename), p.privilege))
            GROUP BY t.tablename, r.name, r.place
            ORDER BY t.tablename COLLATE "C", r.place
            """);
        found.AddRange(await NamesAsync(
            """
            SELECT p.proname || ' as its owner'
            FROM pg_proc p
            WHERE p.pronamespace = 'reserve'::regnamespace
              AND p.prosecdef
            ORDER BY p.proname
            """));

        var approved = await File.ReadAllLinesAsync(Path.Combine(TestFolders.Root, "ReserveConnect.Tests", "Database", "rights.approved.txt"));
        Assert.True(approved.SequenceEqual(found, StringComparer.Ordinal), $"rights.approved.txt should be, if this change is wanted:\n{string.Join('\n', found)}");
    }

    private async Task<List<string>> NamesAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        return [.. await connection.QueryAsync<string>(sql, new { DatabaseRoles.All })];
    }
}
