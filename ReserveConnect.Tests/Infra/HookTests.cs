using System.Diagnostics;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Infra;

/// <summary>azd's hooks as they are, with stand-ins for azd and the launcher that write down what they are asked.</summary>
public sealed class HookTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateDirectory(TestFolders.Local($"hooks/{Guid.CreateVersion7():N}"));

    private string Written => Path.Combine(_root.FullName, "written");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task The_functions_are_published_for_azure()
    {
        Program("azd", """printf '%s' "$*" > "$WRITTEN" """);
        Assert.Equal((0, ""), await RunAsync("functions-host.sh"));
        Assert.Equal("env set FunctionsHost azure", await File.ReadAllTextAsync(Written));
    }

    [Fact]
    public async Task The_database_is_migrated_as_its_administrator_with_a_token_and_the_app_gets_its_role()
    {
        Program("azd", """[ "$*" = "auth token --scope https://ossrdbms-aad.database.windows.net/.default --output json" ] && printf '{\n  "token": "t0ken",\n  "expiresOn": "2026-01-01T00:00:00Z"\n}\n' """);
        Program("reserve", """printf '%s|%s|%s' "$*" "$Reserve__Database__ConnectionString" "${FunctionsHost:-none}" > "$WRITTEN" """);

        Assert.Equal((0, ""), await RunAsync("migrate.sh"));

        var written = (await File.ReadAllTextAsync(Written)).Split('|');
        Assert.Equal("migrate --owner azure_pg_admin --role id-app --entra-object-id 00000000-0000-0000-0000-000000000001", written[0]);
        Assert.Equal("Host=db.example.com;Port=5432;Database=reserve;Username=ana@example.com;Password=t0ken;SSL Mode=VerifyFull;Timeout=30", written[1]);
        // The launcher is not published to Azure.
        Assert.Equal("none", written[2]);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_stops_the_deployment_and_says_what_to_do()
    {
        Program("azd", """printf '{"token":"t0ken"}' """);
        Program("reserve", "exit 1");

        var (exitCode, error) = await RunAsync("migrate.sh");

        Assert.Equal(1, exitCode);
        Assert.Contains("DEPLOYER_IP_ADDRESS", error, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_the_database_is_not_asked()
    {
        Program("azd", "exit 1");
        Program("reserve", """printf 'asked' > "$WRITTEN" """);
        var (exitCode, error) = await RunAsync("migrate.sh");
        Assert.Equal(1, exitCode);
        Assert.Contains("azd auth login", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Written));
    }

    private void Program(string name, string script)
    {
        var file = Path.Combine(_root.FullName, name);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private async Task<(int ExitCode, string Error)> RunAsync(string hook)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.FullName, "infra", "hooks"));
        var copy = Path.Combine(folder.FullName, hook);
        File.Copy(Bicep.Infra($"hooks/{hook}"), copy);
        var start = new ProcessStartInfo("/bin/sh", [copy])
        {
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{_root.FullName}:{Environment.GetEnvironmentVariable("PATH")}",
                ["WRITTEN"] = Written,
                ["FunctionsHost"] = "azure",
                ["DATABASE_HOST"] = "db.example.com",
                ["DATABASE_NAME"] = "reserve",
                ["DATABASE_LOGIN"] = "ana@example.com",
                ["DATABASE_ROLE"] = "id-app",
                ["DATABASE_ROLE_OBJECT_ID"] = "00000000-0000-0000-0000-000000000001",
            },
        };
        using var run = Process.Start(start)!;
        var error = await run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();
        return (run.ExitCode, error);
    }
}
