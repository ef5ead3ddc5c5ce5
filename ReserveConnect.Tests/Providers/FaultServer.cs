using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ReserveConnect.Tests.Providers;

/// <summary>A request as it came over the wire.</summary>
internal sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Path => Target.Split('?')[0];

    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>
/// A server on a real socket that does to each request what the test says: answers, cuts the line, says nothing.
/// The last fault goes on for every further request.
/// </summary>
internal sealed class FaultServer : IAsyncDisposable
{
    private static readonly Socket Deaf = Bound();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Func<SeenRequest, NetworkStream, CancellationToken, Task>> _faults = new();
    private readonly Task _serving;
    private Func<SeenRequest, NetworkStream, CancellationToken, Task> _last = Answer(500, "{}");

    public FaultServer(params Func<SeenRequest, NetworkStream, CancellationToken, Task>[] faults)
    {
        foreach (var fault in faults)
            _faults.Enqueue(fault);
        _listener.Start();
        _serving = Serve();
    }

    public string Url => $"http://{_listener.LocalEndpoint}";

    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    /// <summary>A whole answer.</summary>
    public static Func<SeenRequest, NetworkStream, CancellationToken, Task> Answer(int status, string body, string headers = "") =>
        Answer(status, Encoding.UTF8.GetBytes(body), headers);

    public static Func<SeenRequest, NetworkStream, CancellationToken, Task> Answer(int status, byte[] body, string headers = "") =>
        async (_, stream, ct) =>
        {
            await stream.WriteAsync(Head(status, body.Length, headers), ct);
            await stream.WriteAsync(body, ct);
        };

    /// <summary>Reads the request and closes without a word.</summary>
    public static Func<SeenRequest, NetworkStream, CancellationToken, Task> Cut() => (_, _, _) => Task.CompletedTask;

    /// <summary>Answers 200 and closes in the middle of the body.</summary>
    public static Func<SeenRequest, NetworkStream, CancellationToken, Task> CutInBody(string half) =>
        async (_, stream, ct) =>
        {
            await stream.WriteAsync(Head(200, 1000, ""), ct);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(half), ct);
        };

    /// <summary>Reads the request and never answers.</summary>
    public static Func<SeenRequest, NetworkStream, CancellationToken, Task> Hang() =>
        (_, _, ct) => Task.Delay(Timeout.Infinite, ct);

    /// <summary>Answers 200 and then sends the body too slowly to ever finish.</summary>
    public static Func<SeenRequest, NetworkStream, CancellationToken, Task> HangInBody() =>
        async (_, stream, ct) =>
        {
            await stream.WriteAsync(Head(200, 1000, ""), ct);
            await Task.Delay(Timeout.Infinite, ct);
        };

    /// <summary>Speaks something that is not HTTP.</summary>
    public static Func<SeenRequest, NetworkStream, CancellationToken, Task> Garbage() =>
        async (_, stream, ct) => await stream.WriteAsync("220 mail.example ESMTP\r\n\r\n"u8.ToArray(), ct);

    /// <summary>A port at which nobody listens, and which nobody else gets: it is bound for as long as the tests run.</summary>
    public static string RefusingUrl() => $"http://{Deaf.LocalEndPoint}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
        _listener.Dispose();
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static byte[] Head(int status, int length, string headers) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n");

    private async Task Serve()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(Handle(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task Handle(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await Read(stream, _stop.Token);
                Requests.Enqueue(request);
                if (_faults.TryDequeue(out var fault))
                    _last = fault;
                await _last(request, stream, _stop.Token);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The client went away first, or the test is over.
            }
        }
    }

    private static async Task<SeenRequest> Read(NetworkStream stream, CancellationToken ct)
    {
        var received = new List<byte>();
        var buffer = new byte[8192];
        int end;
        while ((end = received.IndexOfBlankLine()) < 0)
        {
            var count = await stream.ReadAsync(buffer, ct);
            if (count == 0)
                throw new IOException("no request");
            received.AddRange(buffer.AsSpan(0, count));
        }

        var lines = Encoding.ASCII.GetString([.. received[..end]]).Split("\r\n");
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var length = headers.TryGetValue("Content-Length", out var text) ? int.Parse(text, null) : 0;
        while (received.Count < end + 4 + length)
        {
            var count = await stream.ReadAsync(buffer, ct);
            if (count == 0)
                throw new IOException("half a request");
            received.AddRange(buffer.AsSpan(0, count));
        }

        var first = lines[0].Split(' ');
        return new SeenRequest(first[0], first[1], headers, [.. received[(end + 4)..]]);
    }
}

internal static class WireBytes
{
    /// <summary>Where the head of a message ends; -1 if it has not come yet.</summary>
    public static int IndexOfBlankLine(this List<byte> received) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(received).IndexOf("\r\n\r\n"u8);
}
