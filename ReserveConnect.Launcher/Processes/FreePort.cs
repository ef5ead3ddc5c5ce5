using System.Net;
using System.Net.Sockets;

namespace ReserveConnect.Launcher.Processes;

/// <summary>Ports of the loopback interface.</summary>
internal static class FreePort
{
    // Below the range from which systems number outgoing connections, so that a port kept for the next run is free then.
    private const int First = 20_000;
    private const int End = 30_000;
    private const int Tries = 200;

    /// <summary>
    /// A port that nobody listens on now. Somebody may before the caller does: who starts a server on it must be ready
    /// to choose again.
    /// </summary>
    /// <param name="except">Ports that the caller has given to others of its servers.</param>
    /// <exception cref="LauncherException">None was found.</exception>
    public static int Choose(params IReadOnlyCollection<int> except)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            if (!except.Contains(port) && IsFree(port))
                return port;
        }

        throw new LauncherException($"no free port found between {First} and {End}");
    }

    /// <summary>True if a listener can be opened on <paramref name="port"/>.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
