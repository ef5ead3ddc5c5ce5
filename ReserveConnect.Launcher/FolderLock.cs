using System.Globalization;

namespace ReserveConnect.Launcher;

/// <summary>Takes a folder for this process. The lock is the kernel's, so it goes when its holder dies, however it dies.</summary>
internal static class FolderLock
{
    /// <summary>Takes <paramref name="folder"/> until the returned file is closed.</summary>
    /// <exception cref="DataFolderInUseException">A living launcher has it.</exception>
    public static FileStream Take(string folder)
    {
        var note = Path.Combine(folder, "launcher.pid");
        try
        {
            var file = new FileStream(Path.Combine(folder, "launcher.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(note, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return file;
        }
        catch (IOException failure)
        {
            var holder = File.Exists(note) ? $" (process {File.ReadAllText(note).Trim()})" : "";
            throw new DataFolderInUseException($"the data folder {folder} is in use by another launcher{holder}; stop that one or choose another folder", failure);
        }
    }
}
