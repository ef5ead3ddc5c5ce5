using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using ReserveConnect.Database;
using Xunit;

namespace ReserveConnect.Tests.Database;

/// <summary>A server that asks for a password is given the token of this host's identity, as Azure's is.</summary>
public sealed class ReserveDataSourceTests
{
    [Fact]
    public async Task The_server_gets_the_token_as_password()
    {
        await using var server = new AskingServer();
        await using var source = ReserveDataSource.ForService(Passwordless(server.Port), _ => ValueTask.FromResult("token-1"));

        var refused = await Assert.ThrowsAsync<PostgresException>(async () => await source.OpenConnectionAsync());

        Assert.Equal(AskingServer.Refusal, refused.SqlState);
        Assert.Equal("token-1", await server.Password);
    }

    [Fact]
    public async Task A_later_connection_gets_a_later_token()
    {
        await using var server = new AskingServer();
        var options = Passwordless(server.Port);
        options.TokenRefresh = TimeSpan.FromMilliseconds(100);
        var asked = 0;
        var rotated = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var source = ReserveDataSource.ForService(options, _ =>
        {
            if (Interlocked.Increment(ref asked) == 3)
            {
                rotated.SetResult();
            }

            return ValueTask.FromResult($"token-{asked}");
        });
        await rotated.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await Assert.ThrowsAsync<PostgresException>(async () => await source.OpenConnectionAsync());

        Assert.NotEqual("token-1", await server.Password);
    }

    [Fact]
    public async Task A_token_that_cannot_be_had_is_the_failure_that_is_seen_and_the_server_gets_nothing()
    {
        await using var server = new AskingServer();
        await using var source = ReserveDataSource.ForService(Passwordless(server.Port), _ => throw new TimeoutException("the identity does not answer"));

        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await source.OpenConnectionAsync());

        Assert.Contains("the identity does not answer", failure.ToString(), StringComparison.Ordinal);
        Assert.False(server.Password.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_host_without_identity_refuses_to_go_without_a_password() =>
        Assert.Contains(
            "no identity",
            Assert.Throws<InvalidOperationException>(() => ReserveDataSource.ForService(Passwordless(1), null)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_password_beside_a_token_is_refused()
    {
        var options = Passwordless(1);
        options.ConnectionString += ";Password=secret";

        var refusal = Assert.Throws<InvalidOperationException>(() => ReserveDataSource.ForService(options, _ => ValueTask.FromResult("token-1")));

        Assert.Contains("has a password", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    private static DatabaseOptions Passwordless(int port) => new()
    {
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=app;Database=reserve;SSL Mode=Disable;GSS Encryption Mode=Disable;Timeout=10",
        Passwordless = true,
    };

    /// <summary>The first words of a PostgreSQL server that wants a password in clear and then says no.</summary>
    private sealed class AskingServer : IAsyncDisposable
    {
        public const string Refusal = "28P01";

        private static readonly byte[] AuthenticationCleartextPassword = [(byte)'R', 0, 0, 0, 8, 0, 0, 0, 3];

        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource<string> _password = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task _serving;

        public AskingServer()
        {
            _listener.Start();
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        /// <summary>What the client sent as password.</summary>
        public Task<string> Password => _password.Task;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task ServeAsync()
        {
            using var client = await _listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            await ReadMessageAsync(stream);
            await stream.WriteAsync(AuthenticationCleartextPassword);
            await stream.ReadExactlyAsync(new byte[1]);
            _password.SetResult(Encoding.UTF8.GetString(await ReadMessageAsync(stream)).TrimEnd('\0'));
            var fields = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C{Refusal}\0Mno\0\0");
            var answer = new byte[5 + fields.Length];
            answer[0] = (byte)'E';
            BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(1), 4 + fields.Length);
            fields.CopyTo(answer, 5);
            await stream.WriteAsync(answer);
        }

        // The length counts itself and not the kind before it.
        private static async Task<byte[]> ReadMessageAsync(NetworkStream stream)
        {
            var length = new byte[4];
            await stream.ReadExactlyAsync(length);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
            await stream.ReadExactlyAsync(body);
            return body;
        }
    }
}
