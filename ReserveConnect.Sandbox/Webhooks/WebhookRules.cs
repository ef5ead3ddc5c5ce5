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
/// <param name="Skip">So many webhooks that fit are sent plainly first.</param>
internal sealed record WebhookRule(WebhookAction Action, string? Type = null, int? Count = 1, int DelayMs = 2000, string? Mentions = null, int Skip = 0);

/// <summary>The rules in the order they were given; the first that fits a webhook is applied.</summary>
internal sealed class WebhookRules
{
    private readonly Lock _gate = new();
    private readonly MentionedOrders<WebhookRule> _rules = new();

    /// <summary>The rules still in force.</summary>
    public IReadOnlyList<WebhookRule> All
    {
        get
        {
            lock (_gate)
                return _rules.All;
        }
    }

    /// <summary>Adds a rule behind the others.</summary>
    public void Add(WebhookRule rule)
    {
        lock (_gate)
            _rules.Add(rule, rule.Mentions);
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
            if (_rules.IsEmpty || _rules.First(webhook.Text, r => r.Type is null || Glob.Matches(r.Type, webhook.Type)) is not { } found)
                return null;
            var rule = found.Order;
            if (rule.Skip > 0)
            {
                found.Order = rule with { Skip = rule.Skip - 1 };
                return null;
            }

            if (rule.Count is { } left)
            {
                if (left <= 1)
                    _rules.Remove(found);
                else
                    found.Order = rule with { Count = left - 1 };
            }

            return rule;
        }
    }
}
