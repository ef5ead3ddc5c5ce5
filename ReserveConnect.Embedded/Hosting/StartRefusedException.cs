namespace ReserveConnect.Embedded.Hosting;

/// <summary>The host does not start, for a reason that whoever starts it can mend. The message is one line and says which.</summary>
/// <param name="message">What is wrong, naming the function, setting or address.</param>
/// <param name="innerException">What it was noticed by.</param>
public sealed class StartRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
