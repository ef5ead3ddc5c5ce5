using Dapper;
using ReserveConnect.Tests.Booking;

namespace ReserveConnect.Tests.Injection;

/// <summary>What no request may change: the schema with everybody's rights, and how many rows there are of everything.</summary>
internal static class DatabaseState
{
    // The journal of the durable engine is not counted: it writes when a saga wakes, whoever asks for what. Nor is what is kept of
    // the books once they are sealed: that follows from what was posted.
    private const string Tables =
        """
        SELECT string_agg(format('SELECT %L AS name, count(*) AS rows FROM %I.%I', c.relname, n.nspname, c.relname), ' UNION ALL ' ORDER BY c.relname)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'reserve'
          AND c.relkind = 'r'
          AND c.relname NOT IN ('ledger_unsealed', 'ledger_seals', 'ledger_balances', 'ledger_days', 'ledger_day_totals')
        """;

    private const string Objects =
        """
        SELECT 'schema ' || nspname || ' ' || nspowner::regrole || ' ' || coalesce(nspacl::text, '')
        FROM pg_namespace
        WHERE nspname !~ '^pg_(temp|toast_temp)'
        UNION ALL
        SELECT 'relation ' || c.oid::regclass || ' ' || c.relkind::text || ' ' || c.relowner::regrole || ' ' || c.relrowsecurity || ' ' || c.relforcerowsecurity || ' ' || coalesce(c.relacl::text, '')
        FROM pg_class c
        WHERE c.relnamespace::regnamespace::text IN ('public', 'reserve', 'durable')
        UNION ALL
        SELECT 'column ' || a.attrelid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || coalesce(a.attacl::text, '')
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace::regnamespace::text IN ('public', 'reserve', 'durable')
          AND a.attnum > 0
        UNION ALL
        SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint
        WHERE connamespace::regnamespace::text IN ('public', 'reserve', 'durable')
        UNION ALL
        SELECT 'trigger ' || tgrelid::regclass || ' ' || tgenabled::text || ' ' || pg_get_triggerdef(oid)
        FROM pg_trigger
        UNION ALL
        SELECT 'function ' || oid::regprocedure || ' ' || proowner::regrole || ' ' || prosecdef || ' ' || md5(prosrc) || ' ' || coalesce(proacl::text, '') || ' ' || coalesce(proconfig::text, '')
        FROM pg_proc
        WHERE pronamespace::regnamespace::text IN ('public', 'reserve', 'durable')
        UNION ALL
        SELECT 'policy ' || polrelid::regclass || ' ' || polname || ' ' || polcmd::text || ' ' || polroles::regrole[]::text || ' ' || coalesce(pg_get_expr(polqual, polrelid), '') || ' ' || coalesce(pg_get_expr(polwithcheck, polrelid), '')
        FROM pg_policy
        UNION ALL
        SELECT 'extension ' || extname
        FROM pg_extension
        UNION ALL
        -- Other databases of this server have roles of their own, and other tests make and drop them meanwhile.
        SELECT 'role ' || rolname || ' ' || rolsuper || ' ' || rolinherit || ' ' || rolcreaterole || ' ' || rolcreatedb || ' ' || rolcanlogin || ' ' || rolreplication || ' ' || rolbypassrls
            || ' ' || coalesce((SELECT string_agg(m.roleid::regrole::text, ',' ORDER BY m.roleid::regrole::text) FROM pg_auth_members m WHERE m.member = r.oid), '')
        FROM pg_roles r
        WHERE rolname = current_user
           OR rolname IN ('reserve_service', 'reserve_staff', 'reserve_owner', 'reserve_guest', 'reserve_anonymous')
        """;

    /// <summary>One line for each object of the schema.</summary>
    public static async Task<IReadOnlyList<string>> SchemaAsync(Marketplace market)
    {
        await using var connection = await market.OpenAsync();
        return [.. (await connection.QueryAsync<string>(Objects)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Rows of each table.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> RowsAsync(Marketplace market)
    {
        await using var connection = await market.OpenAsync();
        var count = await connection.ExecuteScalarAsync<string>(Tables);
        return (await connection.QueryAsync<(string Name, long Rows)>(count!)).ToDictionary(table => table.Name, table => table.Rows);
    }

    /// <summary>Tables that have more rows or fewer than before, and by how many.</summary>
    public static IReadOnlyDictionary<string, long> Difference(IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after) =>
        after.Keys.Union(before.Keys)
            .Select(table => (Table: table, By: after.GetValueOrDefault(table) - before.GetValueOrDefault(table)))
            .Where(change => change.By != 0)
            .ToDictionary(change => change.Table, change => change.By);
}
