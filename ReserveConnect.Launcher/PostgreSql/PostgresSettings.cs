namespace ReserveConnect.Launcher.PostgreSql;

/// <summary>Settings of the embedded server, given on its command line so that a new version's apply to old data folders.</summary>
public static class PostgresSettings
{
    /// <summary>
    /// For money: every commit is on disk before it is answered. Sized for one machine of 2 cores with 4 GB or more
    /// (design section 9).
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> Durable = new Dictionary<string, string>
    {
        ["listen_addresses"] = "127.0.0.1",
        ["unix_socket_directories"] = "",
        ["fsync"] = "on",
        ["synchronous_commit"] = "on",
        ["full_page_writes"] = "on",
        ["max_connections"] = "200",
        ["shared_buffers"] = "256MB",
        ["effective_cache_size"] = "1GB",
        ["work_mem"] = "8MB",
        ["maintenance_work_mem"] = "128MB",
        // Loading a city rewrites a million rows; frequent checkpoints would write each page twice.
        ["max_wal_size"] = "2GB",
        ["checkpoint_timeout"] = "15min",
        ["random_page_cost"] = "1.1",
        ["timezone"] = "UTC",
        ["lc_messages"] = "C",
        ["log_min_messages"] = "warning",
        ["log_min_duration_statement"] = "1000",
        ["log_line_prefix"] = "%m [%p] %d ",
        ["log_timezone"] = "UTC",
        // A client that dies inside a transaction must not keep a room locked.
        ["idle_in_transaction_session_timeout"] = "60s",
        ["tcp_keepalives_idle"] = "60",
    };

    /// <summary>
    /// For tests: nothing waits for the disk. Kill tests kill processes, never the operating system, and what a
    /// process has handed to the kernel survives it.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> ForTests = new Dictionary<string, string>(Durable)
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["max_connections"] = "400",
        ["log_min_duration_statement"] = "-1",
        ["autovacuum_naptime"] = "5min",
    };
}
