using ReserveConnect.Tests.Leaks;

namespace ReserveConnect.Tests.Hosts;

/// <summary>A folder for one test that every account may enter, removed afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder()
    {
        Path = Directory.CreateTempSubdirectory("reserve-connect-").FullName;
        const UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(Path, all);
    }

    public string Path { get; }

    public void Dispose()
    {
        LeakWatch.LookThroughLogs(Path);
        Directory.Delete(Path, recursive: true);
    }
}
