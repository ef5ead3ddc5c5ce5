using System.Data.Common;
using System.Diagnostics;
using Npgsql;

namespace ReserveConnect.Database;

/// <summary>Gives a token that the server takes in place of a password; asked for anew before it runs out.</summary>
public delegate ValueTask<string> DatabaseToken(CancellationToken cancellation);

/// <summary>The pools of connections, made from the settings.</summary>
public static class ReserveDataSource
{
    /// <summary>How many prepared statements a connection keeps; every statement of the booking path fits.</summary>
    private const int PreparedStatements = 300;

    /// <summary>The pool whose connections see and write everything, as <see cref="DatabaseRoles.Service"/>.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="token">Where a token comes from; needed when <see cref="DatabaseOptions.Passwordless"/>.</param>
    /// <exception cref="InvalidOperationException">Passwordless is wanted and this host has no identity, or a password is set as well.</exception>
    public static NpgsqlDataSource ForService(DatabaseOptions options, DatabaseToken? token)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = Builder(options, token);
        if (!new DbConnectionStringBuilder { ConnectionString = options.ConnectionString }.ContainsKey("Maximum Pool Size"))
        {
            builder.ConnectionStringBuilder.MaxPoolSize = options.MaxConnections;
        }

        return Build(builder, DatabaseRoles.Service, isReadOnly: false);
    }

    /// <summary>The pool that reads for callers: what is for sale, or in a transaction what is somebody's. Nothing can be written on it.</summary>
    /// <inheritdoc cref="ForService"/>
    public static NpgsqlDataSource ForCallers(DatabaseOptions options, DatabaseToken? token)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = Builder(options, token);
        builder.ConnectionStringBuilder.MaxPoolSize = options.MaxCallerConnections;
        builder.ConnectionStringBuilder.MinPoolSize = Math.Min(builder.ConnectionStringBuilder.MinPoolSize, options.MaxCallerConnections);
        return Build(builder, DatabaseRoles.Anonymous, isReadOnly: true);
    }

    private static NpgsqlDataSourceBuilder Builder(DatabaseOptions options, DatabaseToken? token)
    {
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        builder.ConnectionStringBuilder.MaxAutoPrepare = PreparedStatements;
        builder.ConnectionStringBuilder.AutoPrepareMinUsages = 2;
        // Nothing here outlives its transaction on a connection (settings are SET LOCAL, locks are released), so nothing has to
        // be reset; a reset would take the role away as well.
        builder.ConnectionStringBuilder.NoResetOnClose = true;

        // A poll that nobody asked for is no trace: it would fill the quota of those that matter.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => Activity.Current is not null)
            .ConfigureBatchFilter(_ => Activity.Current is not null));
        if (options.Passwordless)
        {
            UseToken(builder, options, token);
        }

        return builder;
    }

    // When a connection is opened, and not in the connection string: who connects must not be able to say otherwise.
    private static NpgsqlDataSource Build(NpgsqlDataSourceBuilder builder, string role, bool isReadOnly)
    {
        builder.UsePhysicalConnectionInitializer(
            connection => LoginRole.Become(connection, role, isReadOnly),
            connection => LoginRole.BecomeAsync(connection, role, isReadOnly));
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
