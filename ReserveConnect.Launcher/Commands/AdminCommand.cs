using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Commands;

/// <summary>
/// <c>./reserve admin create</c>: makes the first admin, in the database of the last run or of
/// <c>Reserve__Database__ConnectionString</c>, and shows the link that sets the password.
/// </summary>
internal static class AdminCommand
{
    /// <summary>Makes it. 1 if there is an admin, or the address or password cannot be taken.</summary>
    /// <exception cref="LauncherException">There is no database, or the keys of a database that is not the last run's are not set.</exception>
    public static Task<int> RunAsync(CommandLine line, CancellationToken cancellation) =>
        LastRun.WithDatabaseAsync(
            connectionString => RunAsync(line, connectionString, Settings(), Console.In, Console.Out, cancellation), cancellation);

    /// <summary>Makes it in one database.</summary>
    /// <param name="settings"><c>Reserve:Accounts</c> as the functions have it: the link is made with their keys.</param>
    /// <exception cref="LauncherException">A setting is missing.</exception>
    public static async Task<int> RunAsync(
        CommandLine line, string connectionString, IConfiguration settings, TextReader input, TextWriter output, CancellationToken cancellation)
    {
        if (line.Word() != "create")
            throw new UsageException("admin: create is what it does");
        var email = line.Option("--email") ?? throw new UsageException("admin create needs --email");
        var another = line.Flag("--another");
        var readsPassword = line.Flag("--password-stdin");
        line.End();

        await using var services = Services(connectionString, settings);
        var admins = Made(services);
        var refusal = readsPassword
            ? await CreateAsync(admins, email, await input.ReadLineAsync(cancellation) ?? "", another, output, cancellation)
            : await InviteAsync(admins, email, another, output, cancellation);
        if (refusal is null)
            return ExitCode.Done;
        await output.WriteLineAsync(string.Join(' ', refusal.Errors.Select(error => $"{error.Field}: {error.Detail}").Prepend(refusal.Detail)));
        return ExitCode.Failed;
    }

    private static FirstAdmin Made(ServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<FirstAdmin>();
        }
        catch (OptionsValidationException missing)
        {
            throw new LauncherException($"{string.Join("; ", missing.Failures)}; set them as the functions have them");
        }
    }

    private static async Task<Refusal?> CreateAsync(
        FirstAdmin admins, string email, string password, bool another, TextWriter output, CancellationToken cancellation)
    {
        var made = await admins.CreateAsync(email, password, another, cancellation);
        if (made.Refusal is null)
            await output.WriteLineAsync($"{email} is an admin; the first login sets up the second factor");
        return made.Refusal;
    }

    private static async Task<Refusal?> InviteAsync(FirstAdmin admins, string email, bool another, TextWriter output, CancellationToken cancellation)
    {
        var link = await admins.InviteAsync(email, another, cancellation);
        if (link.Refusal is null)
            await output.WriteLineAsync($"{email} is an admin once the password is set here; the link works once:\n{link.Value}");
        return link.Refusal;
    }

    private static ServiceProvider Services(string connectionString, IConfiguration settings)
    {
        var services = new ServiceCollection();
        services.AddFirstAdmin(new ConfigurationBuilder()
            .AddConfiguration(settings)
            .AddInMemoryCollection([new("Reserve:Database:ConnectionString", connectionString)])
            .Build());
        return services.BuildServiceProvider();
    }

    // Of the environment, as a deployment has them, else of the last run.
    private static IConfigurationRoot Settings()
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        if (environment["Reserve:Accounts:SecretKeys"] is not null)
            return environment;
        var secrets = StackSecrets.LoadOrCreate(Path.Combine(RunFolder.Last, "secrets.json"));
        return new ConfigurationBuilder()
            .AddInMemoryCollection(
            [
                new("Reserve:Accounts:SecretKeys", secrets.AccountSecretKeys),
                new("Reserve:Accounts:PublicUrl", $"http://127.0.0.1:{StackPorts.Kept(RunFolder.Last)}"),
            ])
            .Build();
    }
}
