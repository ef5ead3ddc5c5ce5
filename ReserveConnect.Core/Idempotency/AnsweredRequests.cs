using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Privacy;

namespace ReserveConnect.Idempotency;

/// <summary>A request under an Idempotency-Key.</summary>
/// <param name="Function">The function that it is for.</param>
/// <param name="Caller">Who sent it: another caller's key is another key.</param>
/// <param name="Key">As sent by the client, 1 to <see cref="MaxKeyLength"/> characters.</param>
/// <param name="Content">Path and body: what must be the same when the key is.</param>
/// <param name="Network">
/// Where it came from, of a caller of whom nothing is known: those are many, and one's key is no other's. What they send tells them
/// apart, wherever a request that is sent again comes from; that a key was used with something else is said in its own network only.
/// Null: the caller is known.
/// </param>
public sealed record KeyedRequest(string Function, string Caller, string Key, byte[] Content, UInt128? Network = null)
{
    /// <summary>Longer keys are refused.</summary>
    public const int MaxKeyLength = 255;

    internal byte[] Id => SHA256.HashData(
        Encoding.UTF8.GetBytes($"{Function}\n{Caller}\n{(Network is null ? "" : $"{Convert.ToHexStringLower(Hash)}\n")}{Key}"));

    internal byte[] UseId(byte[] network) => SHA256.HashData(Encoding.UTF8.GetBytes($"{Function}\nused in {Convert.ToHexStringLower(network)}\n{Key}"));

    internal byte[] Hash => HashOf(Key, Content);

    // Under the key, which is not kept: a hash of nothing but a body that has a password in it would let the password be guessed.
    internal static byte[] HashOf(string key, byte[] content) =>
        HMACSHA256.HashData(SHA256.HashData(Encoding.UTF8.GetBytes($"content\n{key}")), content);
}

/// <summary>What a request was answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">Null for an answer without a body.</param>
/// <param name="Location">Where the thing that was made can be read.</param>
/// <param name="Body">The bytes.</param>
public sealed record KeptAnswer(int Status, string? ContentType, string? Location, byte[] Body);

/// <summary>What a request under a key is to do.</summary>
public abstract record KeyClaim
{
    private KeyClaim()
    {
    }

    /// <summary>Nobody did it as far as is known: do it, and keep the answer under this claim.</summary>
    /// <param name="OperationId">The same for every run under this key: by it a run finds what one before it did.</param>
    public sealed record Yours(KeyedRequest Request, Guid Claim, Guid OperationId) : KeyClaim;

    /// <summary>It was done: this is its answer.</summary>
    public sealed record Answered(KeptAnswer Answer) : KeyClaim;

    /// <summary>It is being done now.</summary>
    public sealed record UnderWay : KeyClaim;

    /// <summary>The key was used with other content.</summary>
    public sealed record OtherContent : KeyClaim;
}

/// <summary>
/// The answers that were given under Idempotency-Keys. A process that dies between doing a thing and keeping its answer leaves
/// the key under way; after <see cref="IdempotencyOptions.AbandonedAfter"/> it is done again, and what it does is by its own
/// rows, or by its operation id, done once.
/// </summary>
public sealed class AnsweredRequests(
    ReserveDatabase database, AccountKeys keys, Pseudonyms pseudonyms, TimeProvider clock, IOptions<IdempotencyOptions> options)
{
    /// <summary>Claims a key for a request, or says what has become of it.</summary>
    public async Task<KeyClaim> ClaimAsync(KeyedRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var now = clock.GetUtcNow();
        var claim = Guid.CreateVersion7(now);
        await using var connection = await database.OpenAsync(cancellation);
        if (request.Network is { } network && !await IsFirstUseAsync(connection, request, pseudonyms.OfNetwork(network), now))
        {
            return new KeyClaim.OtherContent();
        }

        var operationId = await connection.ExecuteScalarAsync<Guid?>(
            """
            INSERT INTO reserve.answered_requests (id, function, request_hash, claim, operation_id, started_at)
            VALUES (@Id, @Function, @Hash, @claim, @claim, @now)
            ON CONFLICT (id) DO UPDATE
            SET request_hash = EXCLUDED.request_hash,
                claim = EXCLUDED.claim,
                operation_id = CASE WHEN answered_requests.started_at < @forgottenBefore THEN EXCLUDED.operation_id ELSE answered_requests.operation_id END,
                started_at = EXCLUDED.started_at,
                answered_at = NULL,
                answer = NULL
            WHERE answered_requests.started_at < @forgottenBefore
               OR (answered_requests.answered_at IS NULL
                   AND (answered_requests.claim IS NULL OR answered_requests.started_at < @abandonedBefore)
                   AND answered_requests.request_hash = EXCLUDED.request_hash)
            RETURNING operation_id
            """,
            new
            {
                request.Id,
                request.Function,
                request.Hash,
                claim,
                now,
                forgottenBefore = now - options.Value.KeepAnswers,
                abandonedBefore = now - options.Value.AbandonedAfter,
            });
        if (operationId is { } operation)
        {
            return new KeyClaim.Yours(request, claim, operation);
        }

        // Given back or deleted a moment ago: as if it were under way, and the client asks again.
        var stored = await connection.QuerySingleOrDefaultAsync<Stored>(
            "SELECT request_hash, answer FROM reserve.answered_requests WHERE id = @Id", new { request.Id });
        return stored switch
        {
            null => new KeyClaim.UnderWay(),
            _ when !stored.RequestHash.AsSpan().SequenceEqual(request.Hash) => new KeyClaim.OtherContent(),
            { Answer: null } => new KeyClaim.UnderWay(),
            { Answer: { } answer } => new KeyClaim.Answered(
                JsonSerializer.Deserialize<KeptAnswer>(keys.Open(Use(request), answer, OwnerOf(request)), EventJson.Options)!),
        };
    }

    // Whether nobody in its network used the key of an unknown caller for something else. The row has no answer: that is kept by content.
    private async Task<bool> IsFirstUseAsync(NpgsqlConnection connection, KeyedRequest request, byte[] network, DateTimeOffset now)
    {
        var used = await connection.ExecuteScalarAsync<byte[]>(
            """
            INSERT INTO reserve.answered_requests AS a (id, function, request_hash, operation_id, started_at)
            VALUES (@Id, @Function, @Hash, @operationId, @now)
            ON CONFLICT (id) DO UPDATE
            SET request_hash = CASE WHEN a.started_at < @forgottenBefore THEN EXCLUDED.request_hash ELSE a.request_hash END,
                started_at = CASE WHEN a.started_at < @forgottenBefore THEN EXCLUDED.started_at ELSE a.started_at END
            RETURNING request_hash
            """,
            new
            {
                Id = request.UseId(network),
                request.Function,
                request.Hash,
                operationId = Guid.CreateVersion7(now),
                now,
                forgottenBefore = now - options.Value.KeepAnswers,
            });
        return used.AsSpan().SequenceEqual(request.Hash);
    }

    /// <summary>Keeps the answer of a claimed request; nothing if somebody took over meanwhile.</summary>
    public async Task KeepAsync(KeyClaim.Yours mine, KeptAnswer answer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(mine);
        var sealedAnswer = keys.Seal(Use(mine.Request), JsonSerializer.SerializeToUtf8Bytes(answer, EventJson.Options), OwnerOf(mine.Request));
        await using var connection = await database.OpenAsync(cancellation);
        await connection.ExecuteAsync(
            """
            UPDATE reserve.answered_requests
            SET answer = @sealedAnswer,
                answered_at = @now
            WHERE id = @Id
              AND claim = @Claim
              AND answered_at IS NULL
            """,
            new { mine.Request.Id, mine.Claim, sealedAnswer, now = clock.GetUtcNow() });
    }

    /// <summary>Gives a key back whose request came to nothing, as far as is known: the next one like it under the key tries again.</summary>
    public async Task GiveBackAsync(KeyClaim.Yours mine, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(mine);
        await using var connection = await database.OpenAsync(cancellation);
        await connection.ExecuteAsync(
            """
            UPDATE reserve.answered_requests
            SET claim = NULL
            WHERE id = @Id
              AND claim = @Claim
              AND answered_at IS NULL
            """,
            new { mine.Request.Id, mine.Claim });
    }

    /// <summary>Deletes the answers, of every function, that are no longer given again.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ClearAsync(CancellationToken cancellation)
    {
        var forgottenBefore = clock.GetUtcNow() - options.Value.KeepAnswers;
        await using var connection = await database.OpenAsync(cancellation);
        for (var deleted = 0; ;)
        {
            var batch = await connection.ExecuteAsync(
                """
                DELETE FROM reserve.answered_requests
                WHERE id IN (
                    SELECT id
                    FROM reserve.answered_requests
                    WHERE started_at < @forgottenBefore
                    LIMIT @ClearBatch);

                DELETE FROM reserve.idempotency_keys
                WHERE (scope, key) IN (
                    SELECT scope, key
                    FROM reserve.idempotency_keys
                    WHERE created_at < @forgottenBefore
                    LIMIT @ClearBatch)
                """,
                new { forgottenBefore, options.Value.ClearBatch });
            deleted += batch;
            if (batch == 0)
            {
                return deleted;
            }
        }
    }

    // The client's key is part of what seals: whoever has the database and the server's keys cannot read the answer without it.
    private static string Use(KeyedRequest request) => $"answered request {request.Key}";

    private static Guid OwnerOf(KeyedRequest request) => new(request.Id.AsSpan(0, 16));

    private sealed record Stored(byte[] RequestHash, string? Answer);
}
