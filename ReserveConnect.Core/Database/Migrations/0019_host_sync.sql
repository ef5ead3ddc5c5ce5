-- Why: a sync that can be left alone. What the Host calls an amenity becomes a code of one vocabulary, so that a guest
-- finds it whatever language it was written in; what cannot be mapped waits here for staff.

-- What a property or unit can have. The bit is the amenity's place in the search index, for ever.
CREATE TABLE reserve.amenities (
    code text PRIMARY KEY CHECK (code ~ '^[a-z0-9_]{1,40}$'),
    name_pt text NOT NULL,
    name_en text NOT NULL,
    bit smallint NOT NULL UNIQUE CHECK (bit BETWEEN 0 AND 127)
);

-- What Hosts call it, folded: lower case, without accents, words of letters and digits with one space between them. Without
-- a code: known, and nothing that a guest searches for.
CREATE TABLE reserve.amenity_terms (
    term text PRIMARY KEY CHECK (term = lower(btrim(term)) AND char_length(term) BETWEEN 1 AND 100),
    code text REFERENCES reserve.amenities (code)
);

CREATE INDEX idx_amenity_terms_code ON reserve.amenity_terms (code);

-- For what no list ends ('55 inch HDTV with Netflix'): the first rule whose words stand in the term decides. Without a code
-- it decides that the term is not known: 'sem estacionamento' is no parking.
CREATE TABLE reserve.amenity_rules (
    position smallint PRIMARY KEY,
    words text NOT NULL UNIQUE CHECK (words = lower(btrim(words)) AND words <> ''),
    code text REFERENCES reserve.amenities (code)
);

ALTER TABLE reserve.properties_map
    ADD COLUMN amenities_unknown text[] NOT NULL DEFAULT '{}';
ALTER TABLE reserve.unit_map
    ADD COLUMN amenities_unknown text[] NOT NULL DEFAULT '{}';

CREATE INDEX idx_properties_amenities_unknown ON reserve.properties_map USING gin (amenities_unknown) WHERE amenities_unknown <> '{}';
CREATE INDEX idx_units_amenities_unknown ON reserve.unit_map USING gin (amenities_unknown) WHERE amenities_unknown <> '{}';

-- Up to which of the Host's versions everything of a kind is here, and when the Host last said so: by a job or by what a
-- webhook made us read. Without a version everything is to be read: what stands here of properties and room types was taken
-- over under the Host's own names of amenities.
CREATE TABLE reserve.host_marks (
    city_id uuid NOT NULL REFERENCES reserve.cities (id),
    job_type text NOT NULL CHECK (job_type IN ('property_sync', 'room_type_sync', 'availability_sync')),
    version bigint,
    confirmed_at timestamptz NOT NULL,
    PRIMARY KEY (city_id, job_type)
);

INSERT INTO reserve.host_marks (city_id, job_type, version, confirmed_at)
SELECT DISTINCT ON (city_id, job_type)
       city_id, job_type, CASE job_type WHEN 'availability_sync' THEN host_version END, started_at
FROM reserve.sync_jobs
WHERE status = 'completed'
  AND city_id IS NOT NULL
ORDER BY city_id, job_type, started_at DESC;

-- New here, active again, or moved to another city: changes of what belongs to it were passed over, so that it is read whole.
ALTER TABLE reserve.properties_map
    ADD COLUMN behind_since timestamptz;
ALTER TABLE reserve.unit_map
    ADD COLUMN behind_since timestamptz;

CREATE INDEX idx_properties_behind ON reserve.properties_map (city_id) WHERE behind_since IS NOT NULL;
CREATE INDEX idx_units_behind ON reserve.unit_map (property_id) WHERE behind_since IS NOT NULL;

-- What of the Host was not taken over, and why: one row for a record and reason, of a room type's nights one for all.
CREATE TABLE reserve.sync_refusals (
    id uuid PRIMARY KEY,
    city_id uuid NOT NULL REFERENCES reserve.cities (id),
    kind text NOT NULL CHECK (kind IN ('property', 'room_type', 'night')),
    -- As the Host knows it, of a night its room type; all zeros where it cannot be read.
    host_id uuid NOT NULL,
    host_property_id uuid,
    reason text NOT NULL,
    -- Where in the record, of nights the first of them.
    detail text,
    nights text[] NOT NULL DEFAULT '{}',
    times integer NOT NULL DEFAULT 1,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    -- When it was taken over after all, or listed no more.
    cleared_at timestamptz,
    UNIQUE (city_id, kind, host_id, reason)
);

CREATE INDEX idx_sync_refusals_open ON reserve.sync_refusals (city_id, kind, host_id) WHERE cleared_at IS NULL;
CREATE INDEX idx_sync_refusals_property ON reserve.sync_refusals (host_property_id) WHERE cleared_at IS NULL;
CREATE INDEX idx_sync_refusals_seen ON reserve.sync_refusals (last_seen_at DESC, id DESC);
CREATE INDEX idx_sync_refusals_cleared ON reserve.sync_refusals (cleared_at) WHERE cleared_at IS NOT NULL;

-- Properties of which something was refused: each is asked for alone, with growing pauses, until nothing is.
CREATE TABLE reserve.property_retries (
    host_property_id uuid PRIMARY KEY,
    city_id uuid NOT NULL REFERENCES reserve.cities (id),
    tries integer NOT NULL DEFAULT 0,
    failed_at timestamptz NOT NULL,
    next_try_at timestamptz NOT NULL
);

CREATE INDEX idx_property_retries_due ON reserve.property_retries (next_try_at);

ALTER TABLE reserve.sync_jobs
    DROP CONSTRAINT sync_jobs_job_type_check,
    ADD CONSTRAINT sync_jobs_job_type_check CHECK (job_type IN ('property_sync', 'room_type_sync', 'availability_sync', 'single_property_sync')),
    ADD COLUMN host_property_id uuid;

CREATE INDEX idx_sync_jobs_started ON reserve.sync_jobs (started_at DESC, id DESC);
CREATE INDEX idx_reservations_host_booking ON reserve.reservations (host_booking_id);

DO $$
DECLARE
    secured text;
BEGIN
    FOREACH secured IN ARRAY ARRAY['amenities', 'amenity_terms', 'amenity_rules', 'host_marks', 'sync_refusals', 'property_retries']
    LOOP
        EXECUTE format('ALTER TABLE reserve.%I ENABLE ROW LEVEL SECURITY', secured);
        EXECUTE format('ALTER TABLE reserve.%I FORCE ROW LEVEL SECURITY', secured);
        EXECUTE format('CREATE POLICY service ON reserve.%I TO reserve_service USING (true) WITH CHECK (true)', secured);
        EXECUTE format('CREATE POLICY staff ON reserve.%I FOR SELECT TO reserve_staff USING (true)', secured);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON reserve.%I TO reserve_service', secured);
        EXECUTE format('GRANT SELECT ON reserve.%I TO reserve_staff', secured);
    END LOOP;
END $$;

-- The vocabulary is part of the catalogue.
CREATE POLICY catalogue ON reserve.amenities FOR SELECT TO reserve_anonymous, reserve_guest, reserve_owner USING (true);
GRANT SELECT ON reserve.amenities TO reserve_anonymous, reserve_guest, reserve_owner;

-- So is how old it is.
CREATE POLICY catalogue ON reserve.host_marks FOR SELECT TO reserve_anonymous, reserve_guest, reserve_owner USING (true);
GRANT SELECT (city_id, job_type, confirmed_at) ON reserve.host_marks TO reserve_anonymous, reserve_guest, reserve_owner;

INSERT INTO reserve.amenities (code, name_pt, name_en, bit) VALUES
    ('wifi', 'Wi-Fi', 'Wifi', 0),
    ('ethernet', 'Internet por cabo', 'Ethernet connection', 1),
    ('workspace', 'Espaço de trabalho', 'Dedicated workspace', 2),
    ('tv', 'Televisão', 'TV', 3),
    ('sound_system', 'Sistema de som', 'Sound system', 4),
    ('game_console', 'Videogame', 'Game console', 5),
    ('board_games', 'Jogos de tabuleiro', 'Board games', 6),
    ('games_room', 'Sala de jogos', 'Games room', 7),
    ('books', 'Livros', 'Books', 8),
    ('piano', 'Piano', 'Piano', 9),
    ('kitchen', 'Cozinha', 'Kitchen', 10),
    ('shared_kitchen', 'Cozinha compartilhada', 'Shared kitchen', 11),
    ('refrigerator', 'Geladeira', 'Refrigerator', 12),
    ('freezer', 'Freezer', 'Freezer', 13),
    ('stove', 'Fogão', 'Stove', 14),
    ('oven', 'Forno', 'Oven', 15),
    ('microwave', 'Micro-ondas', 'Microwave', 16),
    ('dishwasher', 'Lava-louças', 'Dishwasher', 17),
    ('cookware', 'Utensílios de cozinha', 'Cooking basics', 18),
    ('tableware', 'Louças e talheres', 'Dishes and silverware', 19),
    ('coffee_maker', 'Cafeteira', 'Coffee maker', 20),
    ('kettle', 'Chaleira elétrica', 'Hot water kettle', 21),
    ('toaster', 'Torradeira', 'Toaster', 22),
    ('blender', 'Liquidificador', 'Blender', 23),
    ('dining_table', 'Mesa de jantar', 'Dining table', 24),
    ('breakfast', 'Café da manhã', 'Breakfast', 25),
    ('half_board', 'Meia pensão', 'Half board', 26),
    ('full_board', 'Pensão completa', 'Full board', 27),
    ('restaurant', 'Restaurante', 'Restaurant', 28),
    ('bar', 'Bar', 'Bar', 29),
    ('room_service', 'Serviço de quarto', 'Room service', 30),
    ('hot_water', 'Água quente', 'Hot water', 31),
    ('heating', 'Aquecimento', 'Heating', 32),
    ('air_conditioning', 'Ar-condicionado', 'Air conditioning', 33),
    ('fan', 'Ventilador', 'Fan', 34),
    ('fireplace', 'Lareira', 'Fireplace', 35),
    ('campfire', 'Fogueira', 'Fire pit', 36),
    ('essentials', 'Itens essenciais', 'Essentials', 37),
    ('bed_linen', 'Roupa de cama', 'Bed linens', 38),
    ('towels', 'Toalhas', 'Towels', 39),
    ('hair_dryer', 'Secador de cabelo', 'Hair dryer', 40),
    ('toiletries', 'Produtos de banho', 'Toiletries', 41),
    ('bathtub', 'Banheira', 'Bathtub', 42),
    ('hot_tub', 'Hidromassagem', 'Hot tub', 43),
    ('bidet', 'Bidê', 'Bidet', 44),
    ('outdoor_shower', 'Ducha externa', 'Outdoor shower', 45),
    ('private_bathroom', 'Banheiro privativo', 'Private bathroom', 46),
    ('washer', 'Máquina de lavar', 'Washer', 47),
    ('dryer', 'Secadora', 'Dryer', 48),
    ('laundry', 'Lavanderia', 'Laundry', 49),
    ('iron', 'Ferro de passar', 'Iron', 50),
    ('drying_rack', 'Varal', 'Drying rack', 51),
    ('wardrobe', 'Guarda-roupa', 'Wardrobe', 52),
    ('hangers', 'Cabides', 'Hangers', 53),
    ('blackout_curtains', 'Cortinas blecaute', 'Room-darkening shades', 54),
    ('mosquito_net', 'Mosquiteiro', 'Mosquito net', 55),
    ('private_entrance', 'Entrada privativa', 'Private entrance', 56),
    ('private_living_room', 'Sala privativa', 'Private living room', 57),
    ('balcony', 'Varanda', 'Patio or balcony', 58),
    ('garden', 'Jardim', 'Garden', 59),
    ('outdoor_furniture', 'Móveis externos', 'Outdoor furniture', 60),
    ('outdoor_dining', 'Refeições ao ar livre', 'Outdoor dining area', 61),
    ('barbecue', 'Churrasqueira', 'Barbecue', 62),
    ('hammock', 'Rede de descanso', 'Hammock', 63),
    ('mountain_view', 'Vista para a serra', 'Mountain view', 64),
    ('sea_view', 'Vista para o mar', 'Sea view', 65),
    ('water_view', 'Vista para a água', 'Water view', 66),
    ('city_view', 'Vista para a cidade', 'City view', 67),
    ('garden_view', 'Vista para o jardim', 'Garden view', 68),
    ('beach_access', 'Acesso à praia', 'Beach access', 69),
    ('waterfront', 'À beira da água', 'Waterfront', 70),
    ('waterfall', 'Cachoeira', 'Waterfall', 71),
    ('pool', 'Piscina', 'Pool', 72),
    ('sauna', 'Sauna', 'Sauna', 73),
    ('spa', 'Spa', 'Spa', 74),
    ('gym', 'Academia', 'Gym', 75),
    ('bikes', 'Bicicletas', 'Bikes', 76),
    ('bike_storage', 'Bicicletário', 'Bike storage', 77),
    ('hiking', 'Trilhas', 'Hiking trails', 78),
    ('horse_riding', 'Cavalgada', 'Horse riding', 79),
    ('fishing', 'Pesca', 'Fishing', 80),
    ('stargazing', 'Observação de estrelas', 'Stargazing', 81),
    ('playground', 'Parquinho', 'Playground', 82),
    ('crib', 'Berço', 'Crib', 83),
    ('high_chair', 'Cadeira alta', 'High chair', 84),
    ('baby_care', 'Equipamento para bebês', 'Baby equipment', 85),
    ('child_safety', 'Segurança infantil', 'Child safety', 86),
    ('toys', 'Brinquedos', 'Toys', 87),
    ('babysitting', 'Babá', 'Babysitting', 88),
    ('parking', 'Estacionamento', 'Parking', 89),
    ('parking_nearby', 'Estacionamento próximo', 'Parking nearby', 90),
    ('ev_charger', 'Carregador de carro elétrico', 'EV charger', 91),
    ('elevator', 'Elevador', 'Elevator', 92),
    ('accessible', 'Acessível', 'Accessible', 93),
    ('single_level', 'Casa térrea', 'Single level home', 94),
    ('reception_24h', 'Recepção 24 horas', '24-hour reception', 95),
    ('self_check_in', 'Check-in autônomo', 'Self check-in', 96),
    ('host_greets', 'Recebido pelo anfitrião', 'Host greets you', 97),
    ('luggage_storage', 'Guarda-volumes', 'Luggage storage', 98),
    ('lockers', 'Armários com chave', 'Lockers', 99),
    ('safe', 'Cofre', 'Safe', 100),
    ('bedroom_lock', 'Chave no quarto', 'Lock on bedroom door', 101),
    ('cleaning', 'Limpeza durante a estadia', 'Cleaning during the stay', 102),
    ('cleaning_products', 'Produtos de limpeza', 'Cleaning products', 103),
    ('smoke_alarm', 'Detector de fumaça', 'Smoke alarm', 104),
    ('carbon_monoxide_alarm', 'Detector de monóxido de carbono', 'Carbon monoxide alarm', 105),
    ('fire_extinguisher', 'Extintor de incêndio', 'Fire extinguisher', 106),
    ('first_aid_kit', 'Primeiros socorros', 'First aid kit', 107),
    ('security_cameras', 'Câmeras externas', 'Exterior security cameras', 108),
    ('pets_allowed', 'Aceita animais', 'Pets allowed', 109),
    ('smoking_allowed', 'Permitido fumar', 'Smoking allowed', 110),
    ('adults_only', 'Só para adultos', 'Adults only', 111),
    ('long_stays', 'Estadias longas', 'Long term stays allowed', 112);

INSERT INTO reserve.amenity_terms (term, code)
SELECT term, code
FROM (VALUES
    ('wifi', 'wifi, wi fi, internet, internet sem fio, wireless internet, rede sem fio, wi fi gratis, free wifi, internet '
        || 'wifi'),
    ('ethernet', 'ethernet, internet por cabo, ethernet connection, internet a cabo, conexao ethernet'),
    ('workspace', 'workspace, espaco de trabalho, dedicated workspace, mesa de trabalho, area de trabalho, laptop friendly '
        || 'workspace, desk, escrivaninha, escritorio'),
    ('tv', 'tv, televisao, televisor, hdtv, television, smart tv, tv a cabo, cable tv, netflix'),
    ('sound_system', 'sound system, sistema de som, caixa de som, record player, toca discos, vitrola'),
    ('game_console', 'game console, videogame, video game, arcade games, fliperama'),
    ('board_games', 'board games, jogos de tabuleiro, jogos, jogos de mesa'),
    ('games_room', 'games room, sala de jogos, salao de jogos, ping pong table, pool table, mesa de sinuca, pebolim, movie '
        || 'theater, cinema'),
    ('books', 'books, livros, books and reading material, biblioteca, library, livros e material de leitura'),
    ('piano', 'piano'),
    ('kitchen', 'kitchen, cozinha, cozinha completa, full kitchen, kitchenette, copa cozinha, cozinha equipada'),
    ('shared_kitchen', 'shared kitchen, cozinha compartilhada, cozinha comunitaria, cozinha coletiva'),
    ('refrigerator', 'refrigerator, geladeira, frigobar, mini fridge, fridge, minibar, mini geladeira, refrigerador'),
    ('freezer', 'freezer, congelador'),
    ('stove', 'stove, fogao, cooktop, fogao a lenha, fogao a gas, hob'),
    ('oven', 'oven, forno, forno eletrico'),
    ('microwave', 'microwave, micro ondas, microondas, microwave oven'),
    ('dishwasher', 'dishwasher, lava loucas, maquina de lavar louca, lavadora de loucas'),
    ('cookware', 'cookware, utensilios de cozinha, cooking basics, baking sheet, panelas, itens basicos de cozinha, rice maker, '
        || 'bread maker, utensilios'),
    ('tableware', 'tableware, loucas e talheres, dishes and silverware, wine glasses, tacas de vinho, tacas, loucas, talheres'),
    ('coffee_maker', 'coffee maker, cafeteira, coffee, cafe, nespresso, maquina de cafe, cafeteira eletrica, espresso machine'),
    ('kettle', 'kettle, chaleira eletrica, hot water kettle, chaleira, electric kettle'),
    ('toaster', 'toaster, torradeira, sanduicheira'),
    ('blender', 'blender, liquidificador'),
    ('dining_table', 'dining table, mesa de jantar, sala de jantar'),
    ('breakfast', 'breakfast, cafe da manha, cafe da manha incluso, breakfast included, cafe da manha colonial, pequeno almoco'),
    ('half_board', 'half board, meia pensao'),
    ('full_board', 'full board, pensao completa, all inclusive, tudo incluido'),
    ('restaurant', 'restaurant, restaurante'),
    ('bar', 'bar, adega, wine cellar'),
    ('room_service', 'room service, servico de quarto'),
    ('hot_water', 'hot water, agua quente, chuveiro quente, aquecedor de agua'),
    ('heating', 'heating, aquecimento, calefacao, aquecedor, heater, portable heater, central heating, piso aquecido, radiant '
        || 'heating'),
    ('air_conditioning', 'air conditioning, ar condicionado, ar condicionado central, central air conditioning, climatizacao'),
    ('fan', 'fan, ventilador, portable fans, ceiling fan, ventilador de teto'),
    ('fireplace', 'fireplace, lareira, indoor fireplace, lareira a lenha, lareira ecologica, wood stove'),
    ('campfire', 'campfire, fogueira, fire pit, fogo de chao'),
    ('essentials', 'essentials, itens essenciais, itens basicos'),
    ('bed_linen', 'bed linen, roupa de cama, bed linens, linens, extra pillows and blankets, travesseiros e cobertores extras, '
        || 'cobertores, enxoval'),
    ('towels', 'towels, toalhas, toalhas de banho'),
    ('hair_dryer', 'hair dryer, secador de cabelo, hairdryer'),
    ('toiletries', 'toiletries, produtos de banho, shampoo, xampu, conditioner, condicionador, body soap, shower gel, sabonete, '
        || 'amenities'),
    ('bathtub', 'bathtub, banheira, bath tub'),
    ('hot_tub', 'hot tub, hidromassagem, jacuzzi, ofuro, banheira de hidromassagem, hot tub privativo, private hot tub'),
    ('bidet', 'bidet, bide, ducha higienica'),
    ('outdoor_shower', 'outdoor shower, ducha externa, chuveiro externo'),
    ('private_bathroom', 'private bathroom, banheiro privativo, ensuite, banheiro na suite'),
    ('washer', 'washer, maquina de lavar, lavadora, maquina de lavar roupa, washing machine, lava e seca'),
    ('dryer', 'dryer, secadora, secadora de roupas, tumble dryer'),
    ('laundry', 'laundry, lavanderia, laundromat nearby, laundry service, servico de lavanderia'),
    ('iron', 'iron, ferro de passar, ferro e tabua de passar, ironing board, tabua de passar'),
    ('drying_rack', 'drying rack, varal, drying rack for clothing, varal de roupas'),
    ('wardrobe', 'wardrobe, guarda roupa, clothing storage, armario, closet, comoda'),
    ('hangers', 'hangers, cabides'),
    ('blackout_curtains', 'blackout curtains, cortinas blecaute, room darkening shades, blackout, cortina blackout'),
    ('mosquito_net', 'mosquito net, mosquiteiro, telas nas janelas'),
    ('private_entrance', 'private entrance, entrada privativa, entrada independente'),
    ('private_living_room', 'private living room, sala privativa, sala de estar, living room'),
    ('balcony', 'balcony, varanda, patio or balcony, sacada, terrace, terraco, deck, patio, private patio or balcony, shared '
        || 'patio or balcony'),
    ('garden', 'garden, jardim, backyard, quintal, area verde, private backyard, shared backyard'),
    ('outdoor_furniture', 'outdoor furniture, moveis externos, sun loungers, espreguicadeiras'),
    ('outdoor_dining', 'outdoor dining, refeicoes ao ar livre, outdoor dining area, outdoor kitchen, private outdoor kitchen, area de '
        || 'refeicoes externa'),
    ('barbecue', 'barbecue, churrasqueira, bbq grill, bbq, grill, churrasco, barbecue utensils'),
    ('hammock', 'hammock, rede de descanso, rede'),
    ('mountain_view', 'mountain view, vista para a serra, vista para as montanhas, vista da montanha, vista para o vale, valley view'),
    ('sea_view', 'sea view, vista para o mar, ocean view, vista mar, beach view'),
    ('water_view', 'water view, vista para a agua, lake view, river view, harbor view, canal view, marina view, bay view, vista '
        || 'para o lago, vista para o rio'),
    ('city_view', 'city view, vista para a cidade, city skyline view'),
    ('garden_view', 'garden view, vista para o jardim, park view, courtyard view, vista para o parque'),
    ('beach_access', 'beach access, acesso a praia, beachfront, pe na areia, frente para o mar'),
    ('waterfront', 'waterfront, a beira da agua, lake access, acesso ao lago, beira rio, beira do rio'),
    ('waterfall', 'waterfall, cachoeira, cascata'),
    ('pool', 'pool, piscina, swimming pool, heated pool, piscina aquecida, private pool, shared pool'),
    ('sauna', 'sauna, sauna seca, sauna a vapor'),
    ('spa', 'spa, massagem, massage'),
    ('gym', 'gym, academia, exercise equipment, fitness, fitness center, shared gym'),
    ('bikes', 'bikes, bicicletas, bicycles, bicicletas disponiveis'),
    ('bike_storage', 'bike storage, bicicletario, guarda de bicicletas'),
    ('hiking', 'hiking, trilhas, hiking trails, trilha, trilhas na propriedade'),
    ('horse_riding', 'horse riding, cavalgada, cavalgadas, passeio a cavalo, horseback riding'),
    ('fishing', 'fishing, pesca, lago para pesca, pesque e solte'),
    ('stargazing', 'stargazing, observacao de estrelas, telescopio'),
    ('playground', 'playground, parquinho, outdoor playground, playground infantil, brinquedoteca, children s playroom, kids club'),
    ('crib', 'crib, berco, cot, pack n play travel crib, berco portatil'),
    ('high_chair', 'high chair, cadeira alta, cadeirao, cadeira de alimentacao'),
    ('baby_care', 'baby care, equipamento para bebes, baby equipment, baby bath, changing table, baby monitor, trocador, banheira '
        || 'de bebe'),
    ('child_safety', 'child safety, seguranca infantil, baby safety gates, outlet covers, window guards, fireplace guards, table '
        || 'corner guards'),
    ('toys', 'toys, brinquedos, children s books and toys, children s dinnerware, children s bikes, livros e brinquedos '
        || 'infantis'),
    ('babysitting', 'babysitting, baba, babysitter recommendations, servico de baba'),
    ('parking', 'parking, estacionamento, free parking, estacionamento gratuito, estacionamento gratis, garagem, garage, vaga '
        || 'de garagem'),
    ('parking_nearby', 'parking nearby, estacionamento proximo, estacionamento na rua, free street parking'),
    ('ev_charger', 'ev charger, carregador de carro eletrico, carregador para veiculos eletricos, carregador de veiculos '
        || 'eletricos, electric vehicle charger'),
    ('elevator', 'elevator, elevador, lift'),
    ('accessible', 'accessible, acessivel, acessibilidade, wheelchair accessible, step free access, adaptado, quarto adaptado'),
    ('single_level', 'single level, casa terrea, single level home, terrea, sem escadas'),
    ('reception_24h', 'reception 24h, recepcao 24 horas, 24 hour reception, recepcao 24h, 24h reception, 24 hour front desk, portaria '
        || '24 horas, building staff'),
    ('self_check_in', 'self check in, check in autonomo, keypad, smart lock, lockbox, fechadura eletronica, auto check in, '
        || 'autoatendimento'),
    ('host_greets', 'host greets, recebido pelo anfitriao, host greets you, anfitriao recebe'),
    ('luggage_storage', 'luggage storage, guarda volumes, luggage dropoff allowed, luggage drop off, deposito de bagagem'),
    ('lockers', 'lockers, armarios com chave, locker'),
    ('safe', 'safe, cofre, cofre no quarto'),
    ('bedroom_lock', 'bedroom lock, chave no quarto, lock on bedroom door, fechadura na porta do quarto'),
    ('cleaning', 'cleaning, limpeza durante a estadia, cleaning during the stay, cleaning available during stay, servico de '
        || 'limpeza, housekeeping, limpeza diaria'),
    ('cleaning_products', 'cleaning products, produtos de limpeza'),
    ('smoke_alarm', 'smoke alarm, detector de fumaca, smoke detector, alarme de incendio'),
    ('carbon_monoxide_alarm', 'carbon monoxide alarm, detector de monoxido de carbono, carbon monoxide detector'),
    ('fire_extinguisher', 'fire extinguisher, extintor de incendio, extintor'),
    ('first_aid_kit', 'first aid kit, primeiros socorros, kit de primeiros socorros'),
    ('security_cameras', 'security cameras, cameras externas, exterior security cameras, exterior security cameras on property, cameras '
        || 'de seguranca'),
    ('pets_allowed', 'pets allowed, aceita animais, pet friendly, aceita pets, animais permitidos, animais de estimacao'),
    ('smoking_allowed', 'smoking allowed, permitido fumar, area para fumantes'),
    ('adults_only', 'adults only, so para adultos, somente adultos, nao recebe criancas'),
    ('long_stays', 'long stays, estadias longas, long term stays allowed, estadia longa')
) AS vocabulary (code, terms)
CROSS JOIN LATERAL string_to_table(terms, ', ') AS term;

-- Known, and nothing that a guest searches for.
INSERT INTO reserve.amenity_terms (term) VALUES
    ('trash compactor'),
    ('resort access'),
    ('noise decibel monitors on property'),
    ('nao fumantes'),
    ('non smoking');

INSERT INTO reserve.amenity_rules (position, words, code) VALUES
    (10, 'sem', NULL),
    (20, 'no', NULL),
    (30, 'nao', NULL),
    (40, 'off premises', 'parking_nearby'),
    (50, 'street parking', 'parking_nearby'),
    (60, 'parking', 'parking'),
    (70, 'estacionamento', 'parking'),
    (80, 'garagem', 'parking'),
    (90, 'garage', 'parking'),
    (100, 'hair dryer', 'hair_dryer'),
    (110, 'dishwasher', 'dishwasher'),
    (120, 'lava loucas', 'dishwasher'),
    (130, 'washer', 'washer'),
    (140, 'dryer', 'dryer'),
    (150, 'coffee maker', 'coffee_maker'),
    (160, 'cafeteira', 'coffee_maker'),
    (170, 'nespresso', 'coffee_maker'),
    (180, 'game console', 'game_console'),
    (190, 'sound system', 'sound_system'),
    (200, 'bluetooth', 'sound_system'),
    (210, 'hdtv', 'tv'),
    (220, 'tv', 'tv'),
    (230, 'television', 'tv'),
    (240, 'televisao', 'tv'),
    (250, 'clothing storage', 'wardrobe'),
    (260, 'shampoo', 'toiletries'),
    (270, 'conditioner', 'toiletries'),
    (280, 'soap', 'toiletries'),
    (290, 'shower gel', 'toiletries'),
    (300, 'sabonete', 'toiletries'),
    (310, 'refrigerator', 'refrigerator'),
    (320, 'fridge', 'refrigerator'),
    (330, 'geladeira', 'refrigerator'),
    (340, 'frigobar', 'refrigerator'),
    (350, 'stove', 'stove'),
    (360, 'fogao', 'stove'),
    (370, 'oven', 'oven'),
    (380, 'forno', 'oven'),
    (390, 'sauna', 'sauna'),
    (400, 'hot tub', 'hot_tub'),
    (410, 'hidromassagem', 'hot_tub'),
    (420, 'jacuzzi', 'hot_tub'),
    (430, 'ofuro', 'hot_tub'),
    (440, 'pool table', 'games_room'),
    (450, 'ping pong table', 'games_room'),
    (460, 'pool', 'pool'),
    (470, 'piscina', 'pool'),
    (480, 'gym', 'gym'),
    (490, 'exercise equipment', 'gym'),
    (500, 'academia', 'gym'),
    (510, 'fireplace', 'fireplace'),
    (520, 'lareira', 'fireplace'),
    (530, 'air conditioning', 'air_conditioning'),
    (540, 'ar condicionado', 'air_conditioning'),
    (550, 'ac', 'air_conditioning'),
    (560, 'heating', 'heating'),
    (570, 'aquecimento', 'heating'),
    (580, 'calefacao', 'heating'),
    (590, 'crib', 'crib'),
    (600, 'berco', 'crib'),
    (610, 'high chair', 'high_chair'),
    (620, 'changing table', 'baby_care'),
    (630, 'baby bath', 'baby_care'),
    (640, 'baby monitor', 'baby_care'),
    (650, 'books and toys', 'toys'),
    (660, 'backyard', 'garden'),
    (670, 'jardim', 'garden'),
    (680, 'patio or balcony', 'balcony'),
    (690, 'varanda', 'balcony'),
    (700, 'sacada', 'balcony'),
    (710, 'barbecue', 'barbecue'),
    (720, 'bbq', 'barbecue'),
    (730, 'churrasqueira', 'barbecue'),
    (740, 'ev charger', 'ev_charger'),
    (750, 'wifi', 'wifi'),
    (760, 'wi fi', 'wifi'),
    (770, 'cafe da manha', 'breakfast'),
    (780, 'breakfast', 'breakfast'),
    (790, 'cozinha compartilhada', 'shared_kitchen'),
    (800, 'cozinha', 'kitchen'),
    (810, 'sea view', 'sea_view'),
    (820, 'vista para o mar', 'sea_view'),
    (830, 'mountain view', 'mountain_view'),
    (840, 'housekeeping', 'cleaning'),
    (850, 'beach access', 'beach_access');
