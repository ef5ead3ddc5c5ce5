using System.Text.Json;

namespace ReserveConnect.Tests.Launcher.Azure;

/// <summary>
/// A program called <c>func</c> that notes how it was started, starts a worker of its own, and answers the health
/// question; the Core Tools themselves are not on every machine.
/// </summary>
internal sealed class FuncStandIn
{
    private readonly string _note;

    public FuncStandIn(string folder, string version = "4.2.1")
    {
        Folder = Path.Combine(folder, "bin");
        _note = Path.Combine(folder, "func.json");
        Directory.CreateDirectory(Folder);
        Program = Path.Combine(Folder, "func");
        File.WriteAllText(Program, Script(version, _note));
        File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The folder to put on PATH.</summary>
    public string Folder { get; }

    public string Program { get; }

    /// <summary>What it was started with, once it answers.</summary>
    public Started Read() => JsonSerializer.Deserialize<Started>(File.ReadAllText(_note), JsonSerializerOptions.Web)!;

    internal sealed record Started(string[] Arguments, string Folder, Dictionary<string, string> Environment, int Worker);

    private static string Script(string version, string note) =>
        $$"""
        #!/usr/bin/env node
        const args = process.argv.slice(2);
        if (args[0] === '--version') {
          console.log('{{version}}');
          process.exit(0);
        }
        const worker = require('child_process').spawn('sleep', ['600']);
        require('fs').writeFileSync('{{note}}', JSON.stringify({ arguments: args, folder: process.cwd(), environment: process.env, worker: worker.pid }));
        require('http').createServer((request, answer) => {
          answer.statusCode = /^\/api\/health\/(live|ready)$/.test(request.url) ? 200 : 404;
          answer.end();
        }).listen(Number(args[args.indexOf('--port') + 1]), args[args.indexOf('--address') + 1]);
        """;
}
