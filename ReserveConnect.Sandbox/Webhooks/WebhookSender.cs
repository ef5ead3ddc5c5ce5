using System.Collections.Concurrent;
using System.Threading.Channels;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.Webhooks;

/// <summary>How a provider signs: headers for one attempt at the given instant.</summary>
internal delegate IEnumerable<KeyValuePair<string, string>> WebhookSigner(Webhook webhook, DateTimeOffset now);

/// <summary>
/// Delivers one server's webhooks: started in the order they were caused, several at a time, each tried again with growing
/// pauses until it is answered with 2xx. What was not delivered when the process ended is delivered by the next one.
/// </summary>
internal sealed class WebhookSender(WebhookOptions options, string? target, WebhookSigner sign, TimeProvider clock, Journal journal, int logged)
    : IAsyncDisposable
{
    /// <summary>The journal's name for a webhook that is not yet delivered.</summary>
    public const string Kind = "webhook";

    private readonly Channel<Webhook> _ready = Channel.CreateUnbounded<Webhook>();
    private readonly ConcurrentDictionary<string, Webhook> _pending = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Webhook> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Webhook> _givenUp = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Webhook> _behindNext = new();
    private readonly Lock _watching = new();
    private readonly MentionedOrders<DeliveryWatch> _watches = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = options.Timeout };
    private Task[] _workers = [];
    private long _sequence;
    private int _underWay;

    /// <summary>Where webhooks go that name no address of their own; null: nowhere.</summary>
    public string? Target { get; set; } = target;

    /// <summary>Whether webhooks are caused at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>What is done to the next ones.</summary>
    public WebhookRules Rules { get; } = new();

    /// <summary>What was done.</summary>
    public WebhookLog Log { get; } = new(logged);

    /// <summary>Not yet delivered and not given up, held ones included.</summary>
    public int Pending => _pending.Count;

    /// <summary>Being delivered, or next in turn; not those that wait for an instant or an order.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Waiting for a flush or for the one after them.</summary>
    public int Held => _held.Count + _behindNext.Count;

    /// <summary>Follows what is delivered of those with a text, until <see cref="Unwatch"/>.</summary>
    public DeliveryWatch Watch(string mentions)
    {
        var watch = new DeliveryWatch();
        lock (_watching)
            _watches.Add(watch, mentions);
        return watch;
    }

    /// <summary>Ends every watch.</summary>
    public void Unwatch()
    {
        lock (_watching)
            _watches.Clear();
    }

    /// <summary>Whether it would be sent.</summary>
    public bool Accepts(Webhook webhook)
    {
        if (!Enabled || (webhook.Target ?? Target) is null)
            return false;
        if (_pending.Count < options.MaxPending)
            return true;
        Log.Count(dropped: true);
        return false;
    }

    /// <summary>The webhooks of earlier runs that were not delivered.</summary>
    public static IReadOnlyList<Webhook> Undelivered(Journal journal) =>
        [.. journal.Restored.Where(e => e.Kind == Kind).Select(e => e.Read(WebhookJson.Default.Webhook))];

    /// <summary>Starts delivering, first what earlier runs left.</summary>
    public void Start(IEnumerable<Webhook> restored)
    {
        foreach (var webhook in restored)
            Ready(webhook);
        _workers = [.. Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(DeliverAllAsync))];
    }

    /// <summary>Takes a webhook that is journalled.</summary>
    public void Enqueue(Webhook webhook)
    {
        _pending[webhook.Id] = webhook;
        webhook.Sequence = Interlocked.Increment(ref _sequence);
        var rule = Rules.Take(webhook);
        switch (rule?.Action)
        {
            case WebhookAction.Double:
                Ready(webhook);
                Ready(webhook with { });
                break;
            case WebhookAction.Delay:
                _ = LaterAsync(webhook, TimeSpan.FromMilliseconds(rule.DelayMs));
                break;
            case WebhookAction.Reorder:
                _behindNext.Enqueue(webhook);
                _ = ReleaseAsync(webhook.Sequence + 1, TimeSpan.FromMilliseconds(rule.DelayMs));
                break;
            case WebhookAction.Hold:
                _held[webhook.Id] = webhook;
                break;
            case WebhookAction.Drop:
                Forget(webhook);
                Log.Count(dropped: true);
                break;
            default:
                Ready(webhook);
                break;
        }
    }

    /// <summary>Sends what is held and what waits for its turn; gives how many.</summary>
    public int Flush()
    {
        var count = 0;
        foreach (var id in _held.Keys.Order(StringComparer.Ordinal))
        {
            if (!_held.TryRemove(id, out var webhook))
                continue;
            Ready(webhook);
            count++;
        }

        return count + ReleaseBehind(long.MaxValue);
    }

    /// <summary>Sends one that was given up again; false: there is none with this id.</summary>
    public bool Resend(string id)
    {
        if (!_givenUp.TryRemove(id, out var webhook))
            return false;
        Ready(webhook with { });
        return true;
    }

    /// <summary>Forgets everything that waits.</summary>
    public void Clear()
    {
        _pending.Clear();
        _held.Clear();
        _givenUp.Clear();
        _behindNext.Clear();
        Rules.Clear();
        while (_ready.Reader.TryRead(out _))
            Interlocked.Decrement(ref _underWay);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _ready.Writer.TryComplete();
        await Task.WhenAll(_workers);
        _http.Dispose();
        _stop.Dispose();
    }

    private void Ready(Webhook webhook)
    {
        _pending[webhook.Id] = webhook;
        Send(webhook);
    }

    private void Send(Webhook webhook)
    {
        Interlocked.Increment(ref _underWay);
        if (!_ready.Writer.TryWrite(webhook))
            Interlocked.Decrement(ref _underWay);
    }

    private async Task DeliverAllAsync()
    {
        try
        {
            await foreach (var webhook in _ready.Reader.ReadAllAsync(_stop.Token))
            {
                await DeliverAsync(webhook);
                Interlocked.Decrement(ref _underWay);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops; what is pending stands in the journal.
        }
    }

    private async Task DeliverAsync(Webhook webhook)
    {
        if (!_pending.ContainsKey(webhook.Id) && webhook.Attempts > 0)
            return; // delivered by its double, or forgotten by a reset, while it waited to be tried again

        webhook.Attempts++;
        var status = await PostAsync(webhook);
        Log.Add(new WebhookAttempt(webhook.Id, webhook.Type, webhook.Attempts, status, clock.GetUtcNow()));
        if (status is >= 200 and < 300)
        {
            Forget(webhook);
            Log.Count(delivered: true);
            Tell(webhook);
            ReleaseBehind(webhook.Sequence);
        }
        else if (webhook.Attempts >= options.MaxAttempts)
        {
            Forget(webhook);
            _givenUp[webhook.Id] = webhook;
            Log.Count(givenUp: true);
        }
        else
        {
            _ = LaterAsync(webhook, PauseAfter(webhook.Attempts));
        }
    }

    private async Task<int?> PostAsync(Webhook webhook)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, (webhook.Target ?? Target) + webhook.Query);
            request.Content = new ByteArrayContent(webhook.Body);
            request.Content.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
            foreach (var (name, value) in sign(webhook, clock.GetUtcNow()))
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await _http.SendAsync(request, _stop.Token);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or UriFormatException or InvalidOperationException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return null; // the receiver took longer than the time-out
        }
    }

    private TimeSpan PauseAfter(int attempts)
    {
        var pause = options.FirstRetryAfter * Math.Pow(2, Math.Min(attempts - 1, 30));
        return pause < options.LongestRetryPause ? pause : options.LongestRetryPause;
    }

    private async Task LaterAsync(Webhook webhook, TimeSpan pause)
    {
        if (await PausedAsync(pause) && _pending.ContainsKey(webhook.Id))
            Send(webhook);
    }

    private async Task ReleaseAsync(long upTo, TimeSpan pause)
    {
        if (await PausedAsync(pause))
            ReleaseBehind(upTo);
    }

    private async Task<bool> PausedAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, clock, _stop.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return false; // the server stopped
        }
    }

    private void Tell(Webhook webhook)
    {
        lock (_watching)
        {
            if (!_watches.IsEmpty)
                _watches.First(webhook.Text, _ => true)?.Order.Add(webhook);
        }
    }

    // Only those that were caused before the given one: an earlier webhook still under way lets nobody pass.
    private int ReleaseBehind(long before)
    {
        var count = 0;
        while (_behindNext.TryPeek(out var webhook) && webhook.Sequence < before && _behindNext.TryDequeue(out webhook))
        {
            Ready(webhook);
            count++;
        }

        return count;
    }

    private void Forget(Webhook webhook)
    {
        if (!_pending.TryRemove(webhook.Id, out _))
            return;
        using var change = new Change(journal, this);
        change.Remove(Kind, webhook.Id);
        change.Commit();
    }
}
