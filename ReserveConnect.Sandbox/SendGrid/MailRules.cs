namespace ReserveConnect.Sandbox.SendGrid;

/// <summary>What SendGrid finds wrong with a message, in its words.</summary>
internal static class MailRules
{
    private const int MaxPersonalizations = 1000;
    private const int MaxCategories = 10;
    private const int MaxCategory = 255;
    private const int MaxCustomArgs = 10_000;

    /// <summary>Everything that is wrong; nothing: it is taken.</summary>
    public static IEnumerable<MailError> Check(MailRequest mail) =>
        [.. Envelopes(mail), .. From(mail), .. Subject(mail), .. Content(mail), .. Categories(mail)];

    private static IEnumerable<MailError> Envelopes(MailRequest mail)
    {
        if (mail.Personalizations is not { Count: > 0 } envelopes)
        {
            yield return MailError.At(
                "personalizations", "The personalizations field is required and must have at least one personalization.", "personalizations");
            yield break;
        }

        if (envelopes.Count > MaxPersonalizations)
            yield return MailError.At("personalizations", $"The personalizations field may have at most {MaxPersonalizations} personalizations.", "personalizations");
        foreach (var (index, envelope) in envelopes.Index())
        {
            var path = $"personalizations.{index}";
            if (envelope.To is not { Count: > 0 })
            {
                yield return MailError.At(
                    $"{path}.to",
                    "The to array is required for all personalization objects, and must have at least one email object with a valid email address.",
                    "personalizations.to");
            }

            foreach (var error in Addresses(envelope, path))
                yield return error;
            if (envelope.CustomArgs?.Sum(argument => argument.Key.Length + argument.Value.Length) > MaxCustomArgs)
                yield return MailError.At($"{path}.custom_args", $"The custom_args may not exceed {MaxCustomArgs} bytes.", "personalizations.custom_args");
        }
    }

    private static IEnumerable<MailError> Addresses(MailEnvelope envelope, string path)
    {
        (string Name, IReadOnlyList<MailAddress> Addresses)[] groups = [("to", envelope.To ?? []), ("cc", envelope.Cc ?? []), ("bcc", envelope.Bcc ?? [])];
        foreach (var (name, addresses) in groups)
        {
            foreach (var (index, address) in addresses.Index().Where(address => !IsAddress(address.Item.Email)))
                yield return MailError.At($"{path}.{name}.{index}.email", "Does not contain a valid address.", $"personalizations.{name}");
        }

        var all = groups.SelectMany(group => group.Addresses).Select(address => address.Email).ToArray();
        if (all.Distinct(StringComparer.OrdinalIgnoreCase).Count() < all.Length)
        {
            yield return MailError.At(
                path, "Each email address in the personalization block should be unique between to, cc, and bcc.", "personalizations.to");
        }
    }

    private static IEnumerable<MailError> From(MailRequest mail)
    {
        if (mail.From?.Email is null)
        {
            yield return MailError.At(
                "from.email",
                "The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.",
                "from");
        }
        else if (!IsAddress(mail.From.Email))
        {
            yield return MailError.At("from.email", "The from email does not contain a valid address.", "from");
        }

        if (mail.ReplyTo is not null && !IsAddress(mail.ReplyTo.Email))
            yield return MailError.At("reply_to.email", "The reply_to email does not contain a valid address.", "reply_to");
    }

    private static IEnumerable<MailError> Subject(MailRequest mail)
    {
        if (string.IsNullOrEmpty(mail.Subject) && mail.Personalizations?.All(envelope => !string.IsNullOrEmpty(envelope.Subject)) is not true)
        {
            yield return MailError.At(
                "subject",
                "The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.",
                "subject");
        }
    }

    private static IEnumerable<MailError> Content(MailRequest mail)
    {
        if (mail.Content is not { Count: > 0 } bodies)
        {
            yield return MailError.At(
                "content",
                "Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block.",
                "content");
            yield break;
        }

        foreach (var (index, body) in bodies.Index())
        {
            if (string.IsNullOrEmpty(body.Type))
                yield return MailError.At($"content.{index}.type", "The content type must be a string at least one character in length.", "content.type");
            if (string.IsNullOrEmpty(body.Value))
                yield return MailError.At($"content.{index}.value", "The content value must be a string at least one character in length.", "content.value");
        }

        var types = bodies.Select(body => body.Type).ToList();
        if (types.Distinct(StringComparer.OrdinalIgnoreCase).Count() < types.Count)
            yield return MailError.At("content", "If present, text/plain and text/html may only be provided once.", "content");
        else if (types.IndexOf("text/plain") > 0 || types.IndexOf("text/html") > (types.Contains("text/plain") ? 1 : 0))
            yield return MailError.At("content", "If present, text/plain must be first, followed by text/html, followed by any other content.", "content");
    }

    private static IEnumerable<MailError> Categories(MailRequest mail)
    {
        var categories = mail.Categories ?? [];
        if (categories.Count > MaxCategories)
            yield return MailError.At("categories", $"You may provide at most {MaxCategories} categories.", "categories");
        if (categories.Distinct(StringComparer.Ordinal).Count() < categories.Count)
            yield return MailError.At("categories", "Each category must be unique.", "categories");
        foreach (var (index, _) in categories.Index().Where(category => category.Item.Length > MaxCategory))
            yield return MailError.At($"categories.{index}", $"A category cannot exceed {MaxCategory} characters.", "categories");
    }

    private static bool IsAddress(string? address) =>
        System.Net.Mail.MailAddress.TryCreate(address, out var parsed) && parsed.Address == address && parsed.Host.Contains('.', StringComparison.Ordinal);
}
