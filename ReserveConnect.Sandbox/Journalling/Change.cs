using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.Journalling;

/// <summary>
/// One change of a server's state: what it puts, what it removes, which webhooks it causes. It is journalled as a whole
/// by <see cref="Commit"/>, which the caller calls while it holds the lock of what it changed, so that the journal has the
/// order of the changes.
/// </summary>
internal sealed class Change(Journal journal, WebhookSender webhooks) : IDisposable
{
    private readonly List<Webhook> _webhooks = [];
    private ArrayBufferWriter<byte>? _line;
    private Utf8JsonWriter? _json;

    /// <summary>Sets an object.</summary>
    public void Put<T>(string kind, string key, T value, JsonTypeInfo<T> type)
    {
        if (!journal.IsKept)
            return;
        var json = StartEntry(kind, key);
        JsonSerializer.Serialize(json, value, type);
        json.WriteEndArray();
    }

    /// <summary>Removes an object.</summary>
    public void Remove(string kind, string key)
    {
        if (journal.IsKept)
            StartEntry(kind, key).WriteEndArray();
    }

    /// <summary>Causes a webhook; without a target nothing is sent.</summary>
    public void Send(Webhook webhook)
    {
        if (!webhooks.Accepts(webhook))
            return;
        Put(WebhookSender.Kind, webhook.Id, webhook, WebhookJson.Default.Webhook);
        _webhooks.Add(webhook);
    }

    /// <summary>Journals the change, then lets its webhooks go.</summary>
    public void Commit()
    {
        if (_json is not null && _line is not null)
        {
            _json.WriteEndArray();
            _json.Flush();
            _line.Write("\n"u8);
            journal.Append(_line.WrittenSpan);
        }

        foreach (var webhook in _webhooks)
            webhooks.Enqueue(webhook);
    }

    public void Dispose() => _json?.Dispose();

    private Utf8JsonWriter StartEntry(string kind, string key)
    {
        if (_json is null)
        {
            _line = new ArrayBufferWriter<byte>(1024);
            _json = new Utf8JsonWriter(_line);
            _json.WriteStartArray();
        }

        _json.WriteStartArray();
        _json.WriteStringValue(kind);
        _json.WriteStringValue(key);
        return _json;
    }
}
