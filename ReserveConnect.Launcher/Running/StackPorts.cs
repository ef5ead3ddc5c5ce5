using System.Text.Json;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Running;

/// <summary>The loopback ports of a stack, kept in its data folder so that addresses stay the same from run to run.</summary>
internal sealed record StackPorts(int Functions, int HostConnect, int Stripe, int MercadoPago, int SendGrid)
{
    /// <summary>
    /// The ports for this run. One that the operator asked for must be free; one that was kept and is taken now is
    /// replaced.
    /// </summary>
    /// <param name="file">Where they are kept.</param>
    /// <param name="functions">The port asked for, or null for any.</param>
    /// <exception cref="LauncherException">The port asked for is in use.</exception>
    public static StackPorts Choose(string file, int? functions)
    {
        if (functions is { } asked && !FreePort.IsFree(asked))
            throw new LauncherException($"port {asked} is in use; stop what listens there or choose another with --port");

        var kept = File.Exists(file) ? JsonSerializer.Deserialize<StackPorts>(File.ReadAllText(file)) : null;
        var given = new List<int>();
        var chosen = new StackPorts(
            Give(functions ?? kept?.Functions),
            Give(kept?.HostConnect ?? Beside(functions, 10)),
            Give(kept?.Stripe ?? Beside(functions, 11)),
            Give(kept?.MercadoPago ?? Beside(functions, 12)),
            // Data folders of before this server have none.
            Give(kept is { SendGrid: > 0 } ? kept.SendGrid : Beside(functions, 13)));
        File.WriteAllText(file, JsonSerializer.Serialize(chosen));
        return chosen;

        int Give(int? wanted)
        {
            var port = wanted is { } free && !given.Contains(free) && FreePort.IsFree(free) ? free : FreePort.Choose(given);
            given.Add(port);
            return port;
        }
    }

    /// <summary>The port that the functions of a data folder had last.</summary>
    /// <exception cref="LauncherException">Nothing ran there.</exception>
    public static int Kept(string folder)
    {
        var file = Path.Combine(folder, "ports.json");
        return File.Exists(file) && JsonSerializer.Deserialize<StackPorts>(File.ReadAllText(file)) is { } kept
            ? kept.Functions
            : throw new LauncherException($"nothing ran in {folder} yet; start it with ./reserve run");
    }

    // 7081 to 7084 beside 7071: addresses that a page of documentation can name.
    private static int? Beside(int? functions, int distance) => functions is { } port && port + distance < 65536 ? port + distance : null;
}
