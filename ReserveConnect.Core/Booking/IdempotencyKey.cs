using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Idempotency;

namespace ReserveConnect.Booking;

/// <summary>What was answered under an Idempotency-Key: same key and body, same answer; same key, other body, a refusal.</summary>
/// <param name="Scope">The operation, so that keys of different operations do not meet.</param>
/// <param name="Key">SHA-256 of who sent it and what they sent: neither is kept.</param>
/// <param name="RequestHash">Of the request's meaning, not of its spelling, under the key that was sent.</param>
/// <param name="Use">Of a caller of whom nothing is known: SHA-256 of the key in their network, where it serves no other request; null: they are known.</param>
public sealed record IdempotencyKey(string Scope, string Key, byte[] RequestHash, string? Use = null)
{
    /// <summary>The key of somebody who is known.</summary>
    /// <param name="scope">The operation.</param>
    /// <param name="caller">Whose key it is.</param>
    /// <param name="key">As sent by the client.</param>
    /// <param name="request">What is asked for.</param>
    public static IdempotencyKey For<T>(string scope, string caller, string key, T request) =>
        new(scope, Digest($"{caller}\n{key}"), HashOf(key, request));

    /// <summary>The key of one of the many who are not: what they ask for tells them apart, wherever they ask again from.</summary>
    /// <param name="network">Pseudonym of theirs.</param>
    /// <inheritdoc cref="For{T}(string, string, string, T)"/>
    public static IdempotencyKey For<T>(string scope, byte[] network, string key, T request)
    {
        var hash = HashOf(key, request);
        return new(
            scope, Digest($"guest {Convert.ToHexStringLower(hash)}\n{key}"), hash, Digest($"used in {Convert.ToHexStringLower(network)}\n{key}"));
    }

    /// <summary>The answer given before; null when the key is new.</summary>
    public async Task<Outcome<T>?> AnswerAsync<T>(NpgsqlConnection connection)
        where T : notnull
    {
        var stored = (await connection.QueryAsync<Stored>(
            "SELECT request_hash, response FROM reserve.idempotency_keys WHERE scope = @Scope AND key = ANY (@Keys)", new { Scope, Keys })).AsList();
        if (stored.Find(same => same.Response is not null && same.RequestHash.AsSpan().SequenceEqual(RequestHash)) is { } answered)
        {
            return JsonSerializer.Deserialize<T>(answered.Response!, EventJson.Options)!;
        }

        if (stored.Exists(other => !other.RequestHash.AsSpan().SequenceEqual(RequestHash)))
        {
            return Refusal.Unprocessable("idempotency_key_reused", "This Idempotency-Key was used with another request.");
        }

        return null;
    }

    /// <summary>Keeps the answer in the transaction that makes it true.</summary>
    /// <returns>False when another request with this key was first: roll back and answer what it answered.</returns>
    public async Task<bool> KeepAsync<T>(UnitOfWork unit, Guid resourceId, T answer, DateTimeOffset now) =>
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.idempotency_keys (scope, key, request_hash, resource_id, response, created_at)
            SELECT @Scope, k.key, @RequestHash, @resourceId, CASE WHEN k.key = @Key THEN @Response END, @now
            FROM unnest(@Keys) k (key)
            ON CONFLICT (scope, key) DO NOTHING
            """,
            new { Scope, Key, Keys, RequestHash, resourceId, Response = JsonSerializer.Serialize(answer, EventJson.Options), now }) == Keys.Length;

    private string[] Keys => Use is null ? [Key] : [Key, Use];

    private static byte[] HashOf<T>(string key, T request) => KeyedRequest.HashOf(key, JsonSerializer.SerializeToUtf8Bytes(request, EventJson.Options));

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed record Stored(byte[] RequestHash, string? Response);
}
