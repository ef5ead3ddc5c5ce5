namespace ReserveConnect.Launcher;

/// <summary>Something the operator can understand and act on: printed as one line, without a stack trace.</summary>
public class LauncherException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>A data folder belongs to another launcher that is alive.</summary>
public sealed class DataFolderInUseException(string message, Exception cause) : LauncherException(message, cause);
