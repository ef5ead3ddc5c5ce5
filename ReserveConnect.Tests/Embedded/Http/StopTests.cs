using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Embedded.Http;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Http;

public sealed class StopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public sealed class Gate
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public sealed class Waiting(Gate gate)
    {
        [Function("wait")]
        public async Task<IActionResult> Wait([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request, FunctionContext context, CancellationToken cancellationToken)
        {
            Assert.Equal(cancellationToken, context.CancellationToken);
            gate.Entered.SetResult();
            try
            {
                await gate.Open.Task.WaitAsync(cancellationToken);
                return new OkObjectResult("done");
            }
            catch (OperationCanceledException)
            {
                gate.Cancelled.SetResult();
                throw;
            }
        }
    }

    private static Task<TestHost> StartAsync(Dictionary<string, string?>? settings = null) =>
        TestHost.StartAsync([typeof(Waiting)], settings, builder => builder.Services.AddSingleton<Gate>());

    [Fact]
    public async Task The_token_fires_when_the_client_goes_away()
    {
        await using var host = await StartAsync();
        var gate = host.Services.GetRequiredService<Gate>();
        using var leave = new CancellationTokenSource();
        var request = host.Client.GetAsync("api/wait", leave.Token);
        await gate.Entered.Task.WaitAsync(Patience);

        await leave.CancelAsync();

        await gate.Cancelled.Task.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Fact]
    public async Task A_stop_lets_the_request_in_flight_finish_and_takes_no_new_one()
    {
        await using var host = await StartAsync();
        var gate = host.Services.GetRequiredService<Gate>();
        var address = host.Services.GetRequiredService<EmbeddedHttpServer>().Address;
        var request = host.Client.GetAsync("api/wait");
        await gate.Entered.Task.WaitAsync(Patience);

        var stop = host.StopAsync();
        await RefusedAsync(address);
        Assert.False(stop.IsCompleted);
        Assert.False(gate.Cancelled.Task.IsCompleted);
        gate.Open.SetResult();

        using var response = await request.WaitAsync(Patience);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await stop.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_request_that_outlasts_the_stop_is_cancelled()
    {
        await using var host = await StartAsync(new() { ["Reserve:Http:DrainTimeout"] = "00:00:00.3" });
        var gate = host.Services.GetRequiredService<Gate>();
        var request = host.Client.GetAsync("api/wait");
        await gate.Entered.Task.WaitAsync(Patience);

        await host.StopAsync().WaitAsync(Patience);

        await gate.Cancelled.Task.WaitAsync(Patience);
        await Assert.ThrowsAsync<HttpRequestException>(() => request);
    }

    private static async Task RefusedAsync(Uri address)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address.Host, address.Port, patience.Token);
                await Task.Delay(5, patience.Token);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
