namespace ReserveConnect.Launcher;

/// <summary>What <c>./reserve</c> exits with.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It did not work, or an invariant or a test failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 2;

    /// <summary>Ended by a signal, as shells report it.</summary>
    public const int Interrupted = 130;
}
