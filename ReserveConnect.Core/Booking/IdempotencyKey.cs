using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;

namespace ReserveConnect.Booking;

/// <summary>What was answered under an Idempotency-Key: same key and body, same answer; same key, other body, a refusal.</summary>
/// <param name="Scope">The operation, so that keys of different operations do not meet.</param>
/// <param name="Key">As sent by the client.</param>
/// <param name="RequestHash">Of the request's meaning, not of its spelling.</param>
public sealed record IdempotencyKey(string Scope, string Key, byte[] RequestHash)
{
    /// <summary>Longer keys are refused.</summary>
    public const int MaxLength = 255;

    public static IdempotencyKey For<T>(string scope, string key, T request) =>
        new(scope, key, SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, EventJson.Options)));

    /// <summary>The answer given before; null when the key is new.</summary>
    public async Task<Outcome<T>?> AnswerAsync<T>(NpgsqlConnection connection)
        where T : notnull
    {
        var stored = await connection.QuerySingleOrDefaultAsync<Stored>(
            "SELECT request_hash, response FROM reserve.idempotency_keys WHERE scope = @Scope AND key = @Key",
            new { Scope, Key });
        return stored switch
        {
            null => null,
            _ when !stored.RequestHash.AsSpan().SequenceEqual(RequestHash) =>
                Refusal.Unprocessable("idempotency_key_reused", "This Idempotency-Key was used with another request."),
            _ => JsonSerializer.Deserialize<T>(stored.Response, EventJson.Options)!,
        };
    }

    /// <summary>Keeps the answer in the transaction that makes it true.</summary>
    /// <returns>False when another request with this key was first: roll back and answer what it answered.</returns>
    public async Task<bool> KeepAsync<T>(UnitOfWork unit, Guid resourceId, T answer, DateTimeOffset now) =>
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.idempotency_keys (scope, key, request_hash, resource_id, response, created_at)
            VALUES (@Scope, @Key, @RequestHash, @resourceId, @Response, @now)
            ON CONFLICT (scope, key) DO NOTHING
            """,
            new { Scope, Key, RequestHash, resourceId, Response = JsonSerializer.Serialize(answer, EventJson.Options), now }) == 1;

    private sealed record Stored(byte[] RequestHash, string Response);
}
