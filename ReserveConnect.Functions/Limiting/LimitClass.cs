using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Functions.Limiting;

/// <summary>How dear a request is, and so how often one client may send it.</summary>
public enum LimitClass
{
    /// <summary>Whatever says nothing else.</summary>
    General,

    /// <summary>Searches and quotes: work for every request, and worth scraping.</summary>
    Search,

    /// <summary>Calendars for other systems: one of them reads those of many properties at once, every quarter of an hour.</summary>
    Feeds,

    /// <summary>Takes rooms off the market, or opens a charge.</summary>
    Intents,

    /// <summary>Tries a password or a second factor.</summary>
    Login,

    /// <summary>Tries something else that could be guessed, or makes us send mail: booking access, reset, registration.</summary>
    Access,

    /// <summary>Systems that ask on their own: payment providers' webhooks, health probes.</summary>
    System,
}

/// <summary>The class that a request is of.</summary>
internal static class RequestLimitClass
{
    /// <summary>The class of the function that a request is for; <see cref="Limiting.LimitClass.General"/> where none was set.</summary>
    public static LimitClass LimitClass(this HttpContext context) => context.Items[typeof(LimitClass)] as LimitClass? ?? Limiting.LimitClass.General;

    internal static void SetLimitClass(this HttpContext context, LimitClass limit) => context.Items[typeof(LimitClass)] = limit;
}
