using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ReserveConnect.Tests.Http;

/// <summary>A request by hand, as no well-behaved client sends one, to this machine.</summary>
internal sealed class RawRequest : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TcpClient _connection = new();
    // Kept from the start: a connection that the server has reset no longer gives it.
    private NetworkStream? _stream;

    /// <summary>Sends the head of a request and the first bytes of its body, and leaves it at that.</summary>
    public static async Task<RawRequest> SendAsync(Uri host, string head, ReadOnlyMemory<byte> body = default)
    {
        var raw = new RawRequest();
        await raw._connection.ConnectAsync(host.Host, host.Port);
        var stream = raw._stream = raw._connection.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ReplaceLineEndings("\r\n")));
            await stream.WriteAsync(body);
        }
        catch (IOException)
        {
            // The server may have refused it before all of it was sent.
        }

        return raw;
    }

    /// <summary>The status of the answer; null when the connection was ended without one.</summary>
    public async Task<int?> StatusAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        using var reader = new StreamReader(_stream!, Encoding.ASCII);
        try
        {
            var line = await reader.ReadLineAsync(limit.Token);
            return line?.Split(' ') is [_, var status, ..] ? int.Parse(status, CultureInfo.InvariantCulture) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _connection.Dispose();
}
