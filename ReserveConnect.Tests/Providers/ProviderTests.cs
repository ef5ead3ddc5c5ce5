using Microsoft.Extensions.DependencyInjection;

namespace ReserveConnect.Tests.Providers;

/// <summary>
/// Tests of clients by their interfaces alone. They run against the clients that talk HTTP themselves, and where the
/// official libraries are compiled a second time against the adapters of those (see Azure/OfficialAdapterTests.cs).
/// </summary>
public abstract class ProviderTests
{
    /// <summary>What replaces registrations of our own clients.</summary>
    private protected virtual Action<IServiceCollection> Adapters => _ => { };

    private protected ProviderHost Connect(string url, params (string Key, string Value)[] settings) => new(url, Adapters, settings);

    private protected Task<SandboxStack> StartSandboxAsync(params (string Key, string Value)[] settings) => SandboxStack.StartAsync(Adapters, settings);
}
