using ReserveConnect.Launcher.Processes;
using ReserveConnect.Tests.Database;

namespace ReserveConnect.Tests.Launcher;

/// <summary>
/// The built checkout at a place that every account can read, wherever the real one is (CI often works under
/// <c>/root</c>): enough of it to start the test assembly as a child of another account.
/// </summary>
internal static class CheckoutCopy
{
    /// <summary>Copies to <paramref name="folder"/> and returns the test assembly in it.</summary>
    public static async Task<string> MakeAsync(string folder)
    {
        var assembly = Path.Combine("ReserveConnect.Tests", "bin", "ReserveConnect.Tests.dll");
        Directory.CreateDirectory(Path.Combine(folder, "tools"));
        Directory.CreateDirectory(Path.Combine(folder, "ReserveConnect.Tests"));
        Directory.CreateDirectory(Path.Combine(folder, ".local"));
        File.Copy(Path.Combine(TestFolders.Root, "ReserveConnect.sln"), Path.Combine(folder, "ReserveConnect.sln"));
        await CopyAsync(Path.Combine(TestFolders.Root, "tools", "postgres"), Path.Combine(folder, "tools", "postgres"));
        await CopyAsync(AppContext.BaseDirectory.TrimEnd('/'), Path.Combine(folder, "ReserveConnect.Tests", "bin"));
        await CopyAsync(await InstalledPostgres.FolderAsync(), Path.Combine(folder, ".local", "postgres"));
        await Tool.RequireAsync(new ChildSpec("chmod", "chmod", "-R", "a+rX", folder), TimeSpan.FromMinutes(1));
        await Tool.RequireAsync(new ChildSpec("chown", "chown", "-R", $"{Account.UnprivilegedUser}:", folder), TimeSpan.FromMinutes(1));
        return Path.Combine(folder, assembly);
    }

    private static async Task CopyAsync(string from, string to) =>
        await Tool.RequireAsync(new ChildSpec("cp", "cp", "-R", from, to), TimeSpan.FromMinutes(1));
}
