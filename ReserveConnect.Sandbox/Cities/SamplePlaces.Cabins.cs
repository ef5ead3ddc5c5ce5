namespace ReserveConnect.Sandbox.Cities;

/// <summary>The sample city's cabins, tents and houses.</summary>
internal static partial class SamplePlaces
{
    private static SamplePlace[] Cabins =>
    [
        new("Chalés Araucária Mansa", "chale", "Estrada Geral de São Francisco, km 4", -27.9893m, -49.5602m, "moderate", 90m, 4.7m, 229,
            "Seis chalés de madeira espalhados num pinheiral, cada um com lareira, cozinha e churrasqueira. Cachorros são bem-vindos.",
            ["wifi", "parking", "kitchen", "fireplace", "barbecue", "pets_allowed", "heating"],
            [
                new("Chalé casal", 4, 430m, 2, 2, 0m, 38m, [_queen], "Mezanino com a cama sob a claraboia.") { Discounts = [_fourNights] },
                new("Chalé família", 2, 620m, 4, 6, 80m, 65m, [_queen, new("single", 2), _sofa], "Dois quartos e sala com lareira."),
            ]),
        new("Chalé Mirante do Corvo Branco", "chale", "SC-370, km 31, Serra do Corvo Branco", -28.0583m, -49.3812m, "strict", 150m, 4.9m, 88,
            "Um único chalé de vidro a quinze minutos do corte da serra, sem vizinhos e sem sinal de celular. Há internet por satélite.",
            ["wifi", "parking", "kitchen", "hot_tub", "fireplace", "mountain_view", "heating"],
            [new("Chalé inteiro", 1, 1080m, 2, 2, 0m, 55m, [_king], "Ofurô no deque, sobre o vale.")]),
        new("Glamping Céu de Geada", "glamping", "Estrada Geral de Vacas Gordas, km 7", -27.9428m, -49.6634m, "moderate", 70m, 4.8m, 174,
            "Domos geodésicos com cama de verdade, salamandra e banheiro próprio. O céu é escuro: há telescópio para emprestar.",
            ["parking", "breakfast", "fireplace", "mountain_view", "stargazing", "campfire"],
            [
                new("Domo casal", 4, 590m, 2, 2, 0m, 28m, [_queen], "Teto transparente e salamandra a lenha."),
                new("Domo família", 2, 740m, 3, 4, 95m, 38m, [_queen, new("single", 2)], "Mais alto, com duas camas no mezanino."),
            ]),
        new("Chalés Rio dos Bugres", "chale", "Estrada Rio dos Bugres, km 2", -28.0336m, -49.6419m, "flexible", 65m, 4.2m, 140,
            "Chalés simples junto ao rio, com pesca de truta e cozinha equipada. Lenha à parte no inverno.",
            ["parking", "kitchen", "barbecue", "fireplace", "fishing", "pets_allowed"],
            [
                new("Chalé pequeno", 3, 280m, 2, 3, 50m, 30m, [_double, _single], "Um quarto e cozinha americana."),
                new("Chalé grande", 3, 420m, 4, 7, 50m, 60m, [_double, new("bunk", 2), _sofa], "Para famílias grandes e amigos.") { Discounts = [_week] },
            ]),
        new("Cabanas Xaxim", "chale", "Estrada Geral de Águas Brancas, km 5", -28.0703m, -49.6011m, "non_refundable", 85m, 4.6m, 117,
            "Três cabanas em A entre xaxins centenários, com banheira diante da mata. Tarifa promocional sem reembolso.",
            ["wifi", "parking", "kitchen", "hot_tub", "fireplace", "heating"],
            [new("Cabana em A", 3, 540m, 2, 2, 0m, 33m, [_queen], "Pé-direito de sete metros e banheira de imersão.")]),
        new("Refúgio Campo dos Padres", "chale", "Estrada do Campo dos Padres, km 18", -27.9187m, -49.3446m, "strict", 200m, 4.9m, 36,
            "Só se chega de carro 4x4 ou a cavalo. Energia solar, água de nascente, jantar incluído. Para quem quer sumir por uns dias.",
            ["breakfast", "half_board", "fireplace", "horse_riding", "mountain_view"],
            [
                new("Quarto do refúgio", 4, 510m, 2, 2, 0m, 16m, [new("single", 2)], "Quarto simples, banheiro no corredor."),
                new("Galpão coletivo", 1, 900m, 6, 12, 110m, 70m, [new("bunk", 6)], "Doze camas para grupos de trilha."),
            ]),
        new("Glamping Pedra da Águia", "glamping", "Morro do Oderdenge, Estrada Geral, km 3", -28.0012m, -49.6207m, "flexible", 55m, 4.4m, 62,
            "Tendas safári com piso de madeira e aquecedor a gás num morro com o nascer do sol de frente.",
            ["parking", "breakfast", "campfire", "mountain_view", "pets_allowed"],
            [
                new("Tenda casal", 5, 350m, 2, 2, 0m, 22m, [_double], "Cama de casal e edredom de penas."),
                new("Tenda família", 2, 480m, 3, 5, 70m, 34m, [_double, new("single", 3)], "Duas divisões e fogareiro."),
            ]),
        new("Casa da Nona Urubici", "casa", "Rua Graciliano Ramos, 48, Traçado", -28.0189m, -49.5986m, "moderate", 130m, 4.7m, 73,
            "Casa de madeira dos anos cinquenta, restaurada, com porão de queijos, quintal e garagem. Fica a três quadras do centro.",
            ["wifi", "parking", "kitchen", "fireplace", "heating", "washer", "garden", "barbecue"],
            [new("Casa inteira", 1, 680m, 4, 7, 75m, 110m, [_queen, _double, new("single", 3)], "Três quartos e fogão a lenha.") { Discounts = [_fourNights, _week] }])
        { HasWinter = true },
        new("Flats Praça da Matriz", "apartamento", "Praça Francisco Pereira de Souza, 12, Centro", -28.0152m, -49.5909m, "flexible", 75m, 4.1m, 195,
            "Apartamentos com cozinha no prédio novo da praça, entrada por senha a qualquer hora.",
            ["wifi", "parking", "kitchen", "elevator", "heating", "self_check_in", "washer"],
            [
                new("Estúdio", 6, 270m, 2, 3, 45m, 29m, [_queen, _sofa], "Cozinha compacta e sofá-cama.") { Discounts = [_week, new(28, 25m)] },
                new("Flat de um quarto", 3, 360m, 2, 4, 45m, 45m, [_queen, _sofa], "Quarto separado e varanda para a praça.") { Discounts = [_week, new(28, 25m)] },
            ]),
        new("Pousada do Queijo Serrano", "pousada", "Estrada Geral de Santa Teresinha, km 2", -28.0527m, -49.5489m, "moderate", 0m, null, 0,
            "Recém-aberta na queijaria da família: o café da manhã é uma degustação. Ainda sem avaliações, com preço de inauguração.",
            ["wifi", "parking", "breakfast", "heating", "garden", "mountain_view"],
            [
                new("Quarto da queijaria", 3, 340m, 2, 3, 65m, 21m, [_queen, _single], "Sobre a sala de maturação, quente no inverno."),
                new("Sótão", 1, 390m, 2, 2, 0m, 26m, [_double], "Teto baixo, vista alta."),
            ]),
    ];
}
