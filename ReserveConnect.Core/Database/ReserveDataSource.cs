using System.Data.Common;
using System.Diagnostics;
using Npgsql;

namespace ReserveConnect.Database;

/// <summary>Gives a token that the server takes in place of a password; asked for anew before it runs out.</summary>
public delegate ValueTask<string> DatabaseToken(CancellationToken cancellation);

/// <summary>The pool of connections, made from the settings.</summary>
public static class ReserveDataSource
{
    /// <summary>How many prepared statements a connection keeps; every statement of the booking path fits.</summary>
    private const int PreparedStatements = 300;

    /// <param name="options">The settings.</param>
    /// <param name="token">Where a token comes from; needed when <see cref="DatabaseOptions.Passwordless"/>.</param>
    /// <exception cref="InvalidOperationException">Passwordless is wanted and this host has no identity, or a password is set as well.</exception>
    public static NpgsqlDataSource Build(DatabaseOptions options, DatabaseToken? token)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        builder.ConnectionStringBuilder.MaxAutoPrepare = PreparedStatements;
        builder.ConnectionStringBuilder.AutoPrepareMinUsages = 2;
        // Nothing here outlives its transaction on a connection (settings are SET LOCAL, locks are released), so nothing has to be reset.
        builder.ConnectionStringBuilder.NoResetOnClose = true;
        if (!new DbConnectionStringBuilder { ConnectionString = options.ConnectionString }.ContainsKey("Maximum Pool Size"))
        {
            builder.ConnectionStringBuilder.MaxPoolSize = options.MaxConnections;
        }

        // A poll that nobody asked for is no trace: it would fill the quota of those that matter.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null));
        if (options.Passwordless)
        {
            UseToken(builder, options, token);
        }

        return builder.Build();
    }

    private static void UseToken(NpgsqlDataSourceBuilder builder, DatabaseOptions options, DatabaseToken? token)
    {
        if (token is null)
        {
            throw new InvalidOperationException("Reserve:Database:Passwordless is set, and this host has no identity to get a token for");
        }

        if (builder.ConnectionStringBuilder.Password is not null)
        {
            throw new InvalidOperationException("Reserve:Database:Passwordless is set, and the connection string has a password");
        }

        builder.UsePeriodicPasswordProvider((_, cancellation) => token(cancellation), options.TokenRefresh, options.TokenRetry);
    }
}
