using ReserveConnect.Sandbox.HostConnect;

namespace ReserveConnect.Sandbox.Cities;

/// <summary>Twenty properties around Urubici, Santa Catarina; invented, as are their names and addresses.</summary>
internal static partial class SamplePlaces
{
    private static readonly Bed _king = new("king", 1);
    private static readonly Bed _queen = new("queen", 1);
    private static readonly Bed _double = new("double", 1);
    private static readonly Bed _single = new("single", 1);
    private static readonly Bed _sofa = new("sofa_bed", 1);
    private static readonly LengthOfStayDiscount _week = new(7, 10m);
    private static readonly LengthOfStayDiscount _fourNights = new(4, 5m);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SamplePlace> All => [.. Inns, .. Cabins];

    private static SamplePlace[] Inns =>
    [
        new("Pousada Pinheiro Velho", "pousada", "Rua Nereu Ramos, 214, Centro", -28.0147m, -49.5921m, "moderate", 0m, 4.7m, 318,
            "Casa de família no centro, com lareira na sala, café da manhã colonial e quintal de araucárias. A dez minutos a pé da igreja matriz e dos restaurantes.",
            ["wifi", "parking", "breakfast", "fireplace", "heating", "garden"],
            [
                new("Quarto duplo", 5, 320m, 2, 2, 0m, 18m, [_double], "Quarto aconchegante com aquecedor e vista para o quintal.") { Discounts = [_week] },
                new("Quarto triplo", 3, 410m, 2, 3, 70m, 24m, [_double, _single], "Para casal com um filho, com cama extra de verdade."),
                new("Suíte com lareira", 2, 560m, 2, 2, 0m, 30m, [_queen], "Lareira a lenha, banheira e varanda para a serra."),
            ]),
        new("Hotel Campos de Altitude", "hotel", "Avenida Adolfo Konder, 1780, Centro", -28.0098m, -49.5895m, "flexible", 0m, 4.3m, 742,
            "Hotel de três andares com elevador, recepção 24 horas, restaurante de truta e estacionamento coberto. Bom para grupos de moto e viagens de trabalho.",
            ["wifi", "parking", "breakfast", "restaurant", "elevator", "heating", "reception_24h", "accessible"],
            [
                new("Standard casal", 8, 290m, 2, 2, 0m, 17m, [_double], "Quarto prático com mesa de trabalho.") { Discounts = [_fourNights, _week] },
                new("Standard solteiro", 6, 285m, 2, 2, 0m, 17m, [new("single", 2)], "Duas camas de solteiro."),
                new("Família", 4, 470m, 3, 5, 60m, 32m, [_queen, new("single", 2), _sofa], "Dois ambientes, cabe a família toda."),
                new("Suíte adaptada", 1, 330m, 2, 3, 50m, 26m, [_queen, _sofa], "Porta larga, barras de apoio e banho sem degrau."),
            ]),
        new("Pousada Serra das Neblinas", "pousada", "Estrada Geral do Riozinho, km 3", -28.0382m, -49.5561m, "strict", 80m, 4.9m, 206,
            "Poucos quartos no alto do Riozinho, cada um com hidromassagem e janela grande. Cesta de café entregue na porta. Não recebe crianças menores de doze anos.",
            ["wifi", "parking", "breakfast", "fireplace", "hot_tub", "heating", "mountain_view", "adults_only"],
            [
                new("Suíte Neblina", 3, 890m, 2, 2, 0m, 42m, [_king], "Hidromassagem diante da janela e piso aquecido."),
                new("Suíte Corvo Branco", 1, 1190m, 2, 2, 0m, 58m, [_king], "A mais alta da casa, com deque privativo e ofurô."),
            ]),
        new("Hostel Trilha Alta", "hostel", "Rua Boanerges Pereira de Medeiros, 95, Centro", -28.0163m, -49.5874m, "flexible", 0m, 4.5m, 431,
            "Beliches com cortina, tomada e luz própria, cozinha grande e mural de caronas para o Morro da Igreja. Silêncio depois das 22 horas.",
            ["wifi", "shared_kitchen", "lockers", "laundry", "bike_storage", "heating"],
            [
                new("Cama em dormitório misto", 8, 89m, 1, 1, 0m, 28m, [new("bunk", 1)], "Uma cama em quarto de oito.") { Discounts = [_week] },
                new("Cama em dormitório feminino", 6, 95m, 1, 1, 0m, 22m, [new("bunk", 1)], "Uma cama em quarto de seis, só para mulheres."),
                new("Quarto privativo", 2, 230m, 2, 3, 45m, 14m, [_double, _single], "Quarto com banheiro compartilhado no corredor."),
            ]),
        new("Hotel Fazenda Invernada do Campestre", "hotel", "SC-110, km 22, Campestre", -27.9704m, -49.6285m, "moderate", 0m, 4.6m, 512,
            "Fazenda de criação de ovelhas com cavalgadas, fogão a lenha o dia inteiro e pensão completa. A água do chuveiro vem quente da serpentina.",
            ["parking", "breakfast", "full_board", "horse_riding", "playground", "fireplace", "pets_allowed", "restaurant"],
            [
                new("Apartamento da sede", 6, 640m, 2, 3, 140m, 25m, [_queen, _single], "Na casa antiga, com assoalho de imbuia."),
                new("Apartamento família da sede", 3, 980m, 4, 6, 140m, 44m, [_queen, new("single", 3), _sofa], "Dois quartos ligados."),
                new("Chalé da invernada", 2, 820m, 2, 4, 140m, 48m, [_king, _sofa], "Separado da sede, com lareira e rede na varanda.") { Discounts = [_fourNights] },
            ]),
        new("Pousada Flor de Macela", "pousada", "Rua Policarpo de Souza Costa, 61, Esquina", -28.0061m, -49.6022m, "flexible", 40m, 4.4m, 97,
            "Quatro quartos coloridos sobre a oficina de cerâmica da dona. Café da manhã com pão de fermentação natural e geleia de goiaba serrana.",
            ["wifi", "breakfast", "heating", "garden", "pets_allowed"],
            [
                new("Quarto Macela", 2, 260m, 2, 2, 0m, 16m, [_double], "Janela para o jardim de ervas."),
                new("Quarto Araçá", 2, 310m, 2, 4, 55m, 27m, [_double, new("bunk", 1)], "Com beliche para as crianças."),
            ]),
        new("Hotel Rio Canoas", "hotel", "Avenida Rodolfo Anderman, 402, Baiano", -28.0224m, -49.5838m, "non_refundable", 0m, 3.9m, 288,
            "Hotel simples e bem aquecido à beira do rio, com tarifas fixas e sem reembolso. Garagem para motos com lavador.",
            ["wifi", "parking", "breakfast", "heating"],
            [
                new("Duplo econômico", 7, 199m, 2, 2, 0m, 14m, [_double], "Pequeno, limpo e quente."),
                new("Triplo econômico", 4, 249m, 3, 3, 0m, 18m, [new("single", 3)], "Três camas de solteiro."),
            ]),
        new("Pousada Cascata do Avencal", "pousada", "SC-370, km 6, Avencal", -28.0431m, -49.6147m, "moderate", 60m, 4.8m, 364,
            "Ao lado da trilha da cascata: ouve-se a queda d'água da cama. Fogueira toda noite sem chuva e sopa de capeletti no inverno.",
            ["wifi", "parking", "breakfast", "fireplace", "heating", "waterfall", "mountain_view"],
            [
                new("Suíte Véu", 4, 480m, 2, 3, 90m, 28m, [_queen, _sofa], "Varanda voltada para o vale."),
                new("Suíte Mirante", 2, 690m, 2, 2, 0m, 36m, [_king], "Parede de vidro e banheira."),
            ]),
        new("Pousada Casa do Morro da Igreja", "pousada", "Estrada do Morro da Igreja, km 9, Santa Teresinha", -28.0961m, -49.5203m, "strict", 120m, 5.0m, 41,
            "Casa inteira para um só grupo, na última curva antes do parque. Geada garantida em julho; a estrada fecha quando neva.",
            ["parking", "fireplace", "heating", "kitchen", "barbecue", "mountain_view"],
            [
                new("Casa inteira", 1, 1450m, 6, 8, 120m, 140m, [_king, _queen, new("single", 4)], "Três quartos, dois banheiros, fogão a lenha.") { Discounts = [_fourNights] },
            ]),
        new("Hotel Boutique Pedra Furada", "hotel", "Rua Natal Zilli, 330, Centro", -28.0125m, -49.5948m, "moderate", 0m, 4.8m, 153,
            "Doze suítes de pedra basáltica com calefação central, adega de vinhos de altitude e spa com hora marcada.",
            ["wifi", "parking", "breakfast", "restaurant", "bar", "spa", "sauna", "heating", "ev_charger"],
            [
                new("Suíte Basalto", 6, 780m, 2, 2, 0m, 32m, [_king], "Piso aquecido e cama king."),
                new("Suíte Adega", 4, 920m, 2, 3, 160m, 40m, [_king, _sofa], "Com sala e lareira ecológica."),
                new("Cobertura", 1, 1680m, 2, 4, 200m, 75m, [_king, _queen], "Dois quartos e terraço com jacuzzi.") { Discounts = [_week] },
            ]),
    ];
}
