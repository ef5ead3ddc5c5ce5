using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using ReserveConnect.Embedded.Hosting;

namespace ReserveConnect.Embedded.Http;

/// <summary>The HTTP server of this host: Kestrel on one address, stopped gracefully.</summary>
public sealed class EmbeddedHttpServer : IServer
{
    private readonly KestrelServer _kestrel;
    private readonly EmbeddedHttpOptions _options;
    private bool _started;

    /// <summary>For the host's services.</summary>
    public EmbeddedHttpServer(KestrelServer kestrel, IOptions<EmbeddedHttpOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _kestrel = kestrel;
        _options = options.Value;
    }

    /// <summary>The address that is listened on, with the actual port.</summary>
    /// <exception cref="InvalidOperationException">The host has not started.</exception>
    public Uri Address => Addresses.FirstOrDefault() is { } address && _started
        ? new Uri(address)
        : throw new InvalidOperationException("The HTTP server has not started.");

    /// <inheritdoc/>
    public IFeatureCollection Features => _kestrel.Features;

    private ICollection<string> Addresses => _kestrel.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;

    /// <inheritdoc/>
    public async Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        if (!IsHttp(_options.Url))
            throw new StartRefusedException($"Reserve:Http:Url is '{_options.Url}': it must be an http address such as http://127.0.0.1:7071");

        // One address, whatever ASPNETCORE_URLS of the surroundings says.
        Addresses.Clear();
        Addresses.Add(_options.Url);
        try
        {
            await _kestrel.StartAsync(application, cancellationToken);
            _started = true;
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidOperationException or FormatException)
        {
            var inUse = failure.InnerException is AddressInUseException;
            throw new StartRefusedException(
                inUse
                    ? $"cannot listen on {_options.Url}: the port is in use; stop what listens there or set Reserve:Http:Url"
                    : $"cannot listen on {_options.Url} (Reserve:Http:Url): {failure.Message.ReplaceLineEndings(" ")}",
                failure);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var drained = new CancellationTokenSource(_options.DrainTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(drained.Token, cancellationToken);
        await _kestrel.StopAsync(either.Token);
    }

    /// <inheritdoc/>
    public void Dispose() => _kestrel.Dispose();

    // Not a Uri: http://*:7071 listens everywhere.
    private static bool IsHttp(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Scheme == Uri.UriSchemeHttp;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
