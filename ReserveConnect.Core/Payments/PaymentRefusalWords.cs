using System.Collections.Frozen;

namespace ReserveConnect.Payments;

/// <summary>What a guest who begins to pay is told when it is refused: the sentence that goes with the refusal's code, in their language.</summary>
public static class PaymentRefusalWords
{
    /// <summary>Member of the problem document.</summary>
    public const string Member = "message";

    private static readonly FrozenDictionary<string, (string Portuguese, string English)> Words = new Dictionary<string, (string, string)>
    {
        ["payment_already_made"] = ("Esta estadia já está paga.", "This stay is paid."),
        ["too_many_payments"] = (
            "Houve tentativas de pagamento demais para esta estadia. Reserve de novo.",
            "Too many payments were begun for this stay. Please book again."),
        ["payment_in_progress"] = (
            "Outro pagamento desta estadia ainda está sendo decidido. Veja a situação dele antes de tentar de novo.",
            "Another payment of this stay is being decided. Look at its status before you try again."),
        ["payment_provider_unavailable"] = (
            "O provedor de pagamento não responde no momento. Tente de novo em instantes ou pague de outra forma.",
            "The payment provider does not answer at the moment. Try again shortly, or pay another way."),
        ["payment_refused"] = (
            "O provedor não aceita este pagamento. Escolha outra forma de pagamento.",
            "The payment provider does not accept this payment. Choose another way to pay."),
        [PixCodes.Invalid] = (
            "Não foi possível gerar um código PIX válido. Tente de novo ou pague com cartão.",
            "No valid PIX code could be made. Try again, or pay by card."),
        ["hold_too_old"] = (
            "O prazo desta reserva é longo demais para um novo código PIX. Pague com cartão ou reserve de novo.",
            "This hold has lasted too long to be paid by PIX. Pay by card, or book again."),
        ["intent_not_payable"] = ("O prazo desta reserva terminou. Reserve de novo.", "This hold has ended. Please book again."),
        ["nothing_to_retry"] = (
            "Não há pagamento que tenha falhado. Use o que já foi iniciado ou inicie um.",
            "No payment has failed. Use the one that was begun, or begin one."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The codes that have words.</summary>
    public static IReadOnlyCollection<string> Codes => Words.Keys;

    /// <summary>The refusal with its sentence; one whose code is no guest's matter is as it was.</summary>
    /// <param name="refusal">What is refused.</param>
    /// <param name="language">As of <see cref="PaymentFailure.Of"/>.</param>
    public static Refusal Of(Refusal refusal, string language)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return Words.TryGetValue(refusal.Code, out var words)
            ? refusal with
            {
                Extensions = new Dictionary<string, object?>(refusal.Extensions ?? new Dictionary<string, object?>()) { [Member] = language == "en" ? words.English : words.Portuguese },
            }
            : refusal;
    }
}
