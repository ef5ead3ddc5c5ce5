using Microsoft.AspNetCore.Http;
using ReserveConnect.Sandbox.Faults;
using ReserveConnect.Sandbox.Journalling;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.Hosting;

/// <summary>Where the control API lives on every server.</summary>
internal static class ControlPath
{
    /// <summary>Its first segment.</summary>
    public const string Prefix = "/control";
}

/// <summary>What every stand-in has: a clock, a journal, faults, webhooks, a call log, and its provider's way of saying no.</summary>
internal sealed class StandIn(
    string name,
    SandboxClock clock,
    Journal journal,
    WebhookSender webhooks,
    HttpOptions http,
    Func<HttpContext, int, string, Task> writeError) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private ITimer? _timer;

    /// <summary>The provider's name.</summary>
    public string Name => name;

    /// <summary>One clock for all servers of the sandbox.</summary>
    public SandboxClock Clock => clock;

    /// <summary>What is kept between runs.</summary>
    public Journal Journal => journal;

    /// <summary>What is told to the project.</summary>
    public WebhookSender Webhooks => webhooks;

    /// <summary>Bounds.</summary>
    public HttpOptions Http => http;

    /// <summary>What goes wrong next.</summary>
    public FaultQueue Faults { get; } = new();

    /// <summary>Answers that are held back.</summary>
    public HeldAnswers Held { get; } = new();

    /// <summary>What was called.</summary>
    public CallLog Calls { get; } = new(http.CallsKept);

    /// <summary>Ends when the server stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Starts a change of the state.</summary>
    public Change Begin() => new(journal, webhooks);

    /// <summary>Writes an error as the provider does.</summary>
    public Task WriteErrorAsync(HttpContext context, int status, string message) => writeError(context, status, message);

    /// <summary>Does what time brings, again and again until the server stops.</summary>
    public void Every(TimeSpan period, Action what) => _timer = clock.CreateTimer(_ => what(), null, period, period);

    /// <summary>Lets calls that are kept waiting go.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync();
        await webhooks.DisposeAsync();
        journal.Dispose();
        _stopping.Dispose();
    }
}
