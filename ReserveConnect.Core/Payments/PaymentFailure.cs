using System.Collections.Frozen;
using ReserveConnect.Accounts;

namespace ReserveConnect.Payments;

/// <summary>Why a payment was not made, in words for its guest; never the provider's own.</summary>
/// <param name="Code">Stable: <c>insufficient_funds</c>, <c>card_declined</c>, <c>pix_expired</c>, ...</param>
/// <param name="Message">A sentence that says what to do, in Portuguese or English.</param>
public sealed record PaymentFailure(string Code, string Message)
{
    private const string Unknown = "payment_failed";

    /// <summary>
    /// The providers' codes by what a guest can do about them. Of a card that is lost, stolen or under suspicion its holder
    /// hears from the bank, and whoever holds it nothing: it is declined like any other.
    /// </summary>
    private static readonly FrozenDictionary<string, string> Codes = new Dictionary<string, string[]>
    {
        ["insufficient_funds"] = ["insufficient_funds"],
        ["card_limit_reached"] = ["card_velocity_exceeded", "withdrawal_count_limit_exceeded", "amount_too_large"],
        ["card_expired"] = ["expired_card", "invalid_expiry_month", "invalid_expiry_year"],
        ["card_number_wrong"] = ["incorrect_number", "invalid_number"],
        ["security_code_wrong"] = ["incorrect_cvc", "invalid_cvc"],
        ["address_wrong"] = ["incorrect_zip", "incorrect_address", "postal_code_invalid"],
        ["authentication_failed"] =
            ["payment_intent_authentication_failure", "authentication_required", "authentication_not_handled", "mobile_device_authentication_required"],
        ["card_not_supported"] =
            ["card_not_supported", "currency_not_supported", "transaction_not_allowed", "service_not_allowed", "not_permitted", "payment_method_not_available"],
        ["duplicate_payment"] = ["duplicate_transaction"],
        ["try_again"] = ["processing_error", "issuer_not_available", "reenter_transaction", "try_again_later", "approve_with_id"],
        ["card_declined"] =
        [
            "card_declined", "generic_decline", "do_not_honor", "do_not_try_again", "call_issuer", "no_action_taken", "restricted_card", "pickup_card",
            "lost_card", "stolen_card", "fraudulent", "merchant_blacklist", "security_violation", "stop_payment_order", "revocation_of_authorization",
            "revocation_of_all_authorizations", "new_account_information_available", "invalid_account", "invalid_amount", "invalid_pin", "incorrect_pin",
            "pin_try_exceeded", "offline_pin_required", "online_or_offline_pin_required", "testmode_decline", "live_mode_test_card",
        ],
        ["pix_expired"] = ["expired"],
        ["pix_not_available"] = [PixCodes.Invalid, "rejected_high_risk", "rejected_by_bank", "rejected_insufficient_data", "rejected_other_reason"],
    }.SelectMany(known => known.Value.Select(code => KeyValuePair.Create(code, known.Key))).ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (string Portuguese, string English)> Words = new Dictionary<string, (string, string)>
    {
        ["insufficient_funds"] = (
            "O cartão não tem saldo ou limite suficiente. Use outro cartão ou pague com PIX.",
            "The card does not have enough funds or credit. Use another card, or pay by PIX."),
        ["card_limit_reached"] = (
            "O cartão atingiu o limite de compras. Use outro cartão ou pague com PIX.",
            "The card has reached its spending limit. Use another card, or pay by PIX."),
        ["card_expired"] = (
            "A validade do cartão não confere ou já passou. Confira a data ou use outro cartão.",
            "The card has expired, or its expiry date is wrong. Check the date, or use another card."),
        ["card_number_wrong"] = (
            "O número do cartão está incorreto. Confira e tente de novo.",
            "The card number is wrong. Check it and try again."),
        ["security_code_wrong"] = (
            "O código de segurança (CVV) está incorreto. Confira e tente de novo.",
            "The security code (CVV) is wrong. Check it and try again."),
        ["address_wrong"] = (
            "O endereço não confere com o do cartão. Confira o CEP e tente de novo.",
            "The address does not match the card's. Check the postal code and try again."),
        ["authentication_failed"] = (
            "O banco não conseguiu confirmar que é você. Tente de novo e conclua a confirmação no aplicativo do banco, ou pague com PIX.",
            "The bank could not confirm that it is you. Try again and finish the confirmation in the bank's app, or pay by PIX."),
        ["card_not_supported"] = (
            "Este cartão não permite este tipo de compra. Use outro cartão ou pague com PIX.",
            "This card does not allow this kind of purchase. Use another card, or pay by PIX."),
        ["duplicate_payment"] = (
            "O banco já recebeu uma cobrança igual há pouco. Confira o extrato antes de tentar de novo.",
            "The bank has just seen the same charge. Check your statement before you try again."),
        ["try_again"] = (
            "O banco não respondeu como devia. Tente de novo em alguns instantes.",
            "The bank did not answer as it should. Try again in a moment."),
        ["card_declined"] = (
            "O banco recusou o cartão. Fale com o banco, use outro cartão ou pague com PIX.",
            "The bank declined the card. Talk to the bank, use another card, or pay by PIX."),
        ["pix_expired"] = (
            "O código PIX venceu sem pagamento; nada foi cobrado. Se o prazo da reserva também terminou, reserve de novo.",
            "The PIX code expired before it was paid; nothing was charged. If the hold has ended with it, please book again."),
        ["pix_not_available"] = (
            "Não foi possível gerar um código PIX válido. Tente de novo ou pague com cartão.",
            "No valid PIX code could be made. Try again, or pay by card."),
        [Unknown] = (
            "O pagamento não foi concluído. Tente de novo ou escolha outra forma de pagamento.",
            "The payment was not completed. Try again, or choose another way to pay."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The codes that guests may see.</summary>
    public static IReadOnlyCollection<string> PublicCodes => Words.Keys;

    /// <summary>What a guest is told of a provider's code; a code that nobody here knows gives a sentence that is true of any.</summary>
    /// <param name="providerCode">As <c>insufficient_funds</c>; null: it failed, and nothing more is known.</param>
    /// <param name="language">One of <see cref="AccountProfile.Locales"/>; Portuguese for any other.</param>
    public static PaymentFailure Of(string? providerCode, string language)
    {
        var code = Codes.GetValueOrDefault(providerCode ?? "", Unknown);
        var (portuguese, english) = Words[code];
        return new(code, language == "en" ? english : portuguese);
    }
}
