using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ReserveConnect.Embedded.Hosting;
using ReserveConnect.Embedded.Http;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Puts an application of functions together: services, configuration, logging, middleware.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly WebApplicationBuilder _web;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];
    private bool _servesHttp;
    private readonly string[]? _args;
    private bool _built;

    internal FunctionsApplicationBuilder(string[]? args)
    {
        _args = args;
        _web = ApplicationDefaults.CreateBuilder(args);
    }

    /// <summary>Shared by whoever takes part in putting the application together.</summary>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_web).Properties;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    /// <summary>The application's configuration; sources added later win.</summary>
    public ConfigurationManager Configuration => _web.Configuration;

    /// <summary>Name and place of the application.</summary>
    public IHostEnvironment Environment => _web.Environment;

    /// <summary>The application's logging.</summary>
    public ILoggingBuilder Logging => _web.Logging;

    /// <summary>The application's metrics.</summary>
    public IMetricsBuilder Metrics => _web.Metrics;

    /// <summary>The application's services.</summary>
    public IServiceCollection Services => _web.Services;

    /// <summary>The application, ready to start.</summary>
    /// <exception cref="InvalidOperationException">It has been built before.</exception>
    /// <exception cref="StartRefusedException">A function cannot run as it is declared; the message names it.</exception>
    public IHost Build()
    {
        ThrowIfBuilt();
        _built = true;
        return HostAssembly.Build(_web, _middleware, _servesHttp);
    }

    /// <summary>Replaces the container that makes the services.</summary>
    /// <typeparam name="TContainerBuilder">What the container is configured with.</typeparam>
    /// <param name="factory">Makes the container.</param>
    /// <param name="configure">Configures it.</param>
    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

    /// <inheritdoc/>
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        _middleware.Add(middleware);
        return this;
    }

    internal void AddWebApplication()
    {
        if (_servesHttp)
            return;

        _servesHttp = true;
        // As the official builder does: the surroundings win over what was added before this call, and lose to what comes after.
        ApplicationDefaults.AddSurroundings(_web, _args);
        HttpDefaults.Add(_web);
        Use(HttpResults.Middleware);
    }

    private void ThrowIfBuilt()
    {
        if (_built)
            throw new InvalidOperationException("The application has been built already.");
    }
}
