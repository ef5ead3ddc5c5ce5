using System.Net;
using System.Net.Sockets;

namespace ReserveConnect.Launcher.Processes;

/// <summary>Ports of the loopback interface.</summary>
internal static class FreePort
{
    /// <summary>A port that nobody listens on now.</summary>
    public static int Choose()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
