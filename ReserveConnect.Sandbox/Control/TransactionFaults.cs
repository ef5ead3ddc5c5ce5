using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.Control;

/// <summary>What goes wrong with a transaction in the provider's lists; what there is of the money is not touched.</summary>
[JsonConverter(typeof(SnakeCaseEnum<TransactionFault>))]
internal enum TransactionFault
{
    /// <summary>It is not listed.</summary>
    Lose,

    /// <summary>It is listed twice.</summary>
    Double,

    /// <summary>It is listed with some cents more.</summary>
    Alter,

    /// <summary>It is listed some time after it was made.</summary>
    Delay,
}

/// <summary>Body of the control call that falsifies transactions.</summary>
/// <param name="Fault">How.</param>
/// <param name="Reference">Which: an id that the transaction, its object or its payment has; null: the next that are made.</param>
/// <param name="Count">Of how many.</param>
/// <param name="Cents">By how much an amount is altered.</param>
/// <param name="For">How long one is delayed; null: a day.</param>
internal sealed record TransactionRule(TransactionFault Fault, string? Reference = null, int Count = 1, long Cents = 1, TimeSpan? For = null);

/// <summary>Decides how transactions are listed. Under the book's lock.</summary>
internal sealed class TransactionFaults
{
    private readonly Dictionary<string, TransactionRule> _falsified = new(StringComparer.Ordinal);
    private readonly List<TransactionRule> _waiting = [];

    /// <summary>Falsifies transactions that were made before, newest first, and then those that come.</summary>
    /// <param name="rule">How.</param>
    /// <param name="made">Those there are, newest first: id, and everything that names them.</param>
    public void Decide(TransactionRule rule, IEnumerable<(string Id, IEnumerable<string?> Names)> made)
    {
        var left = rule.Count;
        if (rule.Reference is not null)
        {
            foreach (var (id, _) in made.Where(one => one.Names.Contains(rule.Reference)).Take(left).ToList())
            {
                _falsified[id] = rule;
                left--;
            }
        }

        if (left > 0)
            _waiting.Add(rule with { Count = left });
    }

    /// <summary>A transaction is made.</summary>
    public void Made(string id, IEnumerable<string?> names)
    {
        if (_waiting.Count == 0 || _waiting.FindIndex(rule => rule.Reference is null || names.Contains(rule.Reference)) is not (>= 0 and var index))
            return;
        var rule = _waiting[index];
        _falsified[id] = rule;
        if (rule.Count > 1)
            _waiting[index] = rule with { Count = rule.Count - 1 };
        else
            _waiting.RemoveAt(index);
    }

    /// <summary>How a transaction is listed.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="one">The transaction.</param>
    /// <param name="made">When it was made.</param>
    /// <param name="now">The instant of the list.</param>
    /// <param name="alter">Adds cents to it.</param>
    /// <param name="twin">The same under another id.</param>
    public IEnumerable<T> Listed<T>(string id, T one, DateTimeOffset made, DateTimeOffset now, Func<T, long, T> alter, Func<T, T> twin)
    {
        switch (_falsified.GetValueOrDefault(id))
        {
            case { Fault: TransactionFault.Lose }:
            case { Fault: TransactionFault.Delay, For: var after } when now < made + (after ?? TimeSpan.FromDays(1)):
                yield break;
            case { Fault: TransactionFault.Double }:
                yield return twin(one);
                yield return one;
                break;
            case { Fault: TransactionFault.Alter, Cents: var cents }:
                yield return alter(one, cents);
                break;
            default:
                yield return one;
                break;
        }
    }

    /// <summary>Lists everything as it is.</summary>
    public void Clear()
    {
        _falsified.Clear();
        _waiting.Clear();
    }
}
