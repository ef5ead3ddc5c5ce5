using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions;
using ReserveConnect.Functions.Booking;
using Xunit;

namespace ReserveConnect.Tests.Functions;

/// <summary>The azure host hands the durable client out by binding only; this holds the embedded build to it.</summary>
public sealed class DurableClientTests
{
    [Fact]
    public void Every_function_whose_class_uses_the_sagas_binds_the_durable_client()
    {
        var users = from type in typeof(ReserveConnectApp).Assembly.GetTypes()
                    where type.GetConstructors().SelectMany(c => c.GetParameters())
                        .Any(p => p.ParameterType == typeof(BookingSagas) || p.ParameterType == typeof(IntentWatch))
                    from method in type.GetMethods()
                    where method.GetCustomAttribute<FunctionAttribute>() is not null
                    select method;

        Assert.NotEmpty(users);
        Assert.All(users, method => Assert.Contains(
            method.GetParameters(), p => p.GetCustomAttribute<DurableClientAttribute>() is not null));
    }
}
