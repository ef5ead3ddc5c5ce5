using System.Text;
using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.Webhooks;

/// <summary>What is done to a webhook instead of sending it once and at once.</summary>
[JsonConverter(typeof(SnakeCaseEnum<WebhookAction>))]
internal enum WebhookAction
{
    /// <summary>Sent twice.</summary>
    Double,

    /// <summary>Sent later, by the rule's delay.</summary>
    Delay,

    /// <summary>Sent after the one that follows it; if none follows within the rule's delay, then.</summary>
    Reorder,

    /// <summary>Never sent.</summary>
    Drop,

    /// <summary>Kept until the control API flushes.</summary>
    Hold,
}

/// <summary>A rule for the next webhooks.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Type">Only webhooks of this type (<c>*</c> at the end matches the rest); null: every type.</param>
/// <param name="Count">For how many; null: for all from now on.</param>
/// <param name="DelayMs">Milliseconds, for delay and reorder.</param>
/// <param name="Mentions">Only webhooks that have this text in their address or body; null: every one.</param>
internal sealed record WebhookRule(WebhookAction Action, string? Type = null, int? Count = 1, int DelayMs = 2000, string? Mentions = null);

/// <summary>The rules in the order they were given; the first that fits a webhook is applied.</summary>
internal sealed class WebhookRules
{
    private readonly Lock _gate = new();
    private readonly List<WebhookRule> _rules = [];

    /// <summary>The rules still in force.</summary>
    public IReadOnlyList<WebhookRule> All
    {
        get
        {
            lock (_gate)
                return [.. _rules];
        }
    }

    /// <summary>Adds a rule behind the others.</summary>
    public void Add(WebhookRule rule)
    {
        lock (_gate)
            _rules.Add(rule);
    }

    /// <summary>Drops every rule.</summary>
    public void Clear()
    {
        lock (_gate)
            _rules.Clear();
    }

    /// <summary>The rule for this webhook, counted as used; null: send it plainly.</summary>
    public WebhookRule? Take(Webhook webhook)
    {
        lock (_gate)
        {
            var text = new Lazy<string>(() => $"{webhook.Target}{webhook.Query} {Encoding.UTF8.GetString(webhook.Body)}");
            var index = _rules.FindIndex(r =>
                (r.Type is null || Glob.Matches(r.Type, webhook.Type)) && (r.Mentions is null || text.Value.Contains(r.Mentions, StringComparison.Ordinal)));
            if (index < 0)
                return null;
            var rule = _rules[index];
            if (rule.Count is { } left)
            {
                if (left <= 1)
                    _rules.RemoveAt(index);
                else
                    _rules[index] = rule with { Count = left - 1 };
            }

            return rule;
        }
    }
}
