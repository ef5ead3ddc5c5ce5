using System.Text.Json;
using ReserveConnect.Launcher.Processes;

namespace ReserveConnect.Launcher.Azure;

/// <summary>The loopback ports of Azurite: its usual ones where they are free, kept from run to run.</summary>
internal sealed record AzuritePorts(int Blob, int Queue, int Table)
{
    private static readonly AzuritePorts Usual = new(10000, 10001, 10002);

    /// <summary>The emulator's storage account.</summary>
    public const string Account = "devstoreaccount1";

    // Published by Microsoft, the same in every emulator: it protects nothing.
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>
    /// The storage connection string. With the usual ports it says what <c>UseDevelopmentStorage=true</c> means.
    /// </summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={AccountKey};"
        + $"BlobEndpoint={At(Blob)}{Account};QueueEndpoint={At(Queue)}{Account};TableEndpoint={At(Table)}{Account};";

    /// <summary>Where blobs are asked for.</summary>
    public Uri BlobEndpoint => At(Blob);

    /// <summary>Name and address of every service.</summary>
    public IEnumerable<(string Service, Uri Endpoint)> Endpoints => [("Blob", At(Blob)), ("Queue", At(Queue)), ("Table", At(Table))];

    /// <summary>The ports for this run, kept in <paramref name="file"/>; one that is taken now is replaced.</summary>
    public static AzuritePorts Choose(string file)
    {
        var kept = File.Exists(file) ? JsonSerializer.Deserialize<AzuritePorts>(File.ReadAllText(file)) ?? Usual : Usual;
        var blob = FreeOr(kept.Blob);
        var queue = FreeOr(kept.Queue, blob);
        var chosen = new AzuritePorts(blob, queue, FreeOr(kept.Table, blob, queue));
        File.WriteAllText(file, JsonSerializer.Serialize(chosen));
        return chosen;
    }

    private static int FreeOr(int kept, params IReadOnlyCollection<int> given) =>
        !given.Contains(kept) && FreePort.IsFree(kept) ? kept : FreePort.Choose(given);

    private static Uri At(int port) => new($"http://127.0.0.1:{port}/");
}
