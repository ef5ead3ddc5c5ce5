using System.Collections.Concurrent;
using System.Reflection;
using Npgsql;
using NpgsqlTypes;

namespace ReserveConnect.Database;

/// <summary>
/// One change in a transaction of which nothing but the number of rows is of interest, so that several can go to the server
/// together (<see cref="UnitOfWork.SendAsync"/>).
/// </summary>
/// <param name="Sql">One statement, with named parameters.</param>
/// <param name="Parameters">An object that has a property for each.</param>
/// <param name="Check">Gets the number of rows that were written or selected; throws when it is not what it must be. Null: any will do.</param>
/// <param name="Refused">What to throw for a refusal by one of our own rules in the database (SQL states <c>RC…</c>); null, or null from it: as it came.</param>
public sealed record Statement(string Sql, object Parameters, Func<UnitOfWork, long, Task>? Check = null, Func<PostgresException, Exception?>? Refused = null)
{
    // Of every type its properties: reflection once.
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    // Named, so that a null is of a type as well.
    private static readonly Dictionary<Type, NpgsqlDbType> Types = new()
    {
        [typeof(string)] = NpgsqlDbType.Text,
        [typeof(Guid)] = NpgsqlDbType.Uuid,
        [typeof(DateOnly)] = NpgsqlDbType.Date,
        [typeof(DateTimeOffset)] = NpgsqlDbType.TimestampTz,
        [typeof(decimal)] = NpgsqlDbType.Numeric,
        [typeof(int)] = NpgsqlDbType.Integer,
        [typeof(bool)] = NpgsqlDbType.Boolean,
        [typeof(byte[])] = NpgsqlDbType.Bytea,
        [typeof(Guid[])] = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        [typeof(Guid?[])] = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        [typeof(string[])] = NpgsqlDbType.Array | NpgsqlDbType.Text,
        [typeof(decimal[])] = NpgsqlDbType.Array | NpgsqlDbType.Numeric,
    };

    internal NpgsqlBatchCommand ToCommand()
    {
        var command = new NpgsqlBatchCommand(Sql);
        foreach (var property in Properties.GetOrAdd(Parameters.GetType(), type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var value = property.GetValue(Parameters);
            command.Parameters.Add(new NpgsqlParameter(property.Name, Types[type])
            {
                Value = value is DateTimeOffset instant ? instant.ToUniversalTime() : value ?? DBNull.Value,
            });
        }

        return command;
    }

    /// <summary>A check of <see cref="Check"/>: so many rows, or what was to be changed is not as the caller read it.</summary>
    /// <param name="rows">How many it must be.</param>
    /// <param name="otherwise">What is wrong then.</param>
    /// <exception cref="InvalidOperationException">From the check: there were more or fewer.</exception>
    public static Func<UnitOfWork, long, Task> Requires(long rows, string otherwise) =>
        (_, count) => count == rows ? Task.CompletedTask : throw new InvalidOperationException(otherwise);
}
