namespace ReserveConnect.Tests.Database;

/// <summary>The PostgreSQL server that the tests run on.</summary>
public static class TestServer
{
    /// <summary>The server named by <c>Reserve__Database__ConnectionString</c>.</summary>
    public static Task<string> ConnectionStringAsync() =>
        Task.FromResult(
            Environment.GetEnvironmentVariable("Reserve__Database__ConnectionString")
            ?? throw new InvalidOperationException("Reserve__Database__ConnectionString is not set"));
}
