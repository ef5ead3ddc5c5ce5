using System.Text.Json.Serialization;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.Hosting;

/// <summary>What became of the claim to a key.</summary>
internal enum Claim
{
    /// <summary>It is ours: work, then save or let go.</summary>
    Taken,

    /// <summary>Another call works under it.</summary>
    InFlight,

    /// <summary>It was used for something else.</summary>
    Mismatch,

    /// <summary>It has its answer.</summary>
    Answered,
}

/// <summary>An answer that is given again for its key.</summary>
/// <param name="Fingerprint">Of the request; empty while the first call works.</param>
/// <param name="Status">HTTP status; 0 while the first call works.</param>
/// <param name="Body">JSON.</param>
/// <param name="At">Unix seconds.</param>
internal sealed record SavedAnswer(string Fingerprint, int Status, [property: JsonConverter(typeof(RawJson))] byte[] Body, long At);

/// <summary>Idempotency keys with their answers, for a day or until too many newer ones came.</summary>
internal sealed class IdempotencyKeys(TimeProvider clock, int kept)
{
    private const string Kind = "idempotency";
    private static readonly TimeSpan _lasts = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SavedAnswer> _answers = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Claims a key for a request.</summary>
    public Claim TryClaim(string key, string fingerprint, out SavedAnswer? answer)
    {
        lock (_gate)
        {
            if (_answers.TryGetValue(key, out answer) && clock.GetUtcNow().ToUnixTimeSeconds() - answer.At < _lasts.TotalSeconds)
            {
                if (answer.Fingerprint != fingerprint)
                    return Claim.Mismatch;
                return answer.Status == 0 ? Claim.InFlight : Claim.Answered;
            }

            _answers[key] = new SavedAnswer(fingerprint, 0, [], clock.GetUtcNow().ToUnixTimeSeconds());
            return Claim.Taken;
        }
    }

    /// <summary>Saves the answer as part of the change that it tells of.</summary>
    public void Save(Change change, string key, string fingerprint, int status, byte[] body)
    {
        lock (_gate)
        {
            var answer = new SavedAnswer(fingerprint, status, body, clock.GetUtcNow().ToUnixTimeSeconds());
            Set(key, answer);
            change.Put(Kind, key, answer, IdempotencyJson.Default.SavedAnswer);
            while (_order.Count > kept)
            {
                var oldest = _order.Dequeue();
                _answers.Remove(oldest);
                change.Remove(Kind, oldest);
            }
        }
    }

    /// <summary>Lets a claimed key go without an answer: the next call with it is the first.</summary>
    public void LetGo(string key)
    {
        lock (_gate)
        {
            if (_answers.TryGetValue(key, out var answer) && answer.Status == 0)
                _answers.Remove(key);
        }
    }

    /// <summary>Takes the answers of earlier runs.</summary>
    public void Restore(IEnumerable<JournalEntry> entries)
    {
        foreach (var entry in entries.Where(e => e.Kind == Kind))
            Set(entry.Key, entry.Read(IdempotencyJson.Default.SavedAnswer));
    }

    private void Set(string key, SavedAnswer answer)
    {
        _answers[key] = answer;
        _order.Enqueue(key);
    }
}

/// <summary>JSON of saved answers in the journal.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SavedAnswer))]
internal sealed partial class IdempotencyJson : JsonSerializerContext;
