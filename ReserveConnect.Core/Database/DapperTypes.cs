using System.Data;
using System.Runtime.CompilerServices;
using Dapper;

namespace ReserveConnect.Database;

/// <summary>How columns become .NET values: snake_case names, <c>timestamptz</c> as UTC instants, <c>date</c> as nights.</summary>
internal static class DapperTypes
{
    // Dapper's registry is static; a module initialiser fills it before the first query of any caller.
#pragma warning disable CA2255 // The library owns its own registry entries.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // Dapper knows instants already and would hand them over with whatever offset they carry.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new InstantHandler());
        SqlMapper.AddTypeHandler(new NightHandler());
    }

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTimeOffset instant => instant,
            DateTime utc => new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)),
            _ => throw new DataException($"{value.GetType()} is no instant"),
        };

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            parameter.Value = value.ToUniversalTime();
    }

    private sealed class NightHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) => value switch
        {
            DateOnly night => night,
            DateTime midnight => DateOnly.FromDateTime(midnight),
            _ => throw new DataException($"{value.GetType()} is no night"),
        };

        public override void SetValue(IDbDataParameter parameter, DateOnly value) => parameter.Value = value;
    }
}
