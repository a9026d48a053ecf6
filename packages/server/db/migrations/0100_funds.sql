-- Fund data that the pipelines bring in (apps/pipelines). The role that runs use reaches this schema and nothing else;
-- the server makes that role and grants, here are only the objects.
--
-- Column names are those of the publishers' files in lower case, so that a row can be compared with its file.

CREATE SCHEMA funds;

-- Files -----------------------------------------------------------------------------------------------------------

CREATE TABLE funds.source_file (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  system text NOT NULL,
  name text NOT NULL,
  sha256 text NOT NULL,
  loader_version integer NOT NULL,
  size_bytes bigint NOT NULL,
  rows_read bigint NOT NULL,
  rows_rejected bigint NOT NULL,
  rows_duplicate bigint NOT NULL,
  rows_changed bigint NOT NULL,
  rows_removed bigint NOT NULL,
  first_day date,
  last_day date,
  loaded_at timestamptz NOT NULL,
  UNIQUE (system, name)
);
COMMENT ON TABLE funds.source_file IS 'The version of each published file that is loaded now. Rows refer to it, so that a restated file replaces exactly the rows that it brought before.';
COMMENT ON COLUMN funds.source_file.loader_version IS 'Raised in the code when the same file would be read differently: it is then loaded again.';
COMMENT ON COLUMN funds.source_file.first_day IS 'Span of the days that the file brought, null where its rows have none.';

CREATE TABLE funds.ingestion (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_file_id integer NOT NULL REFERENCES funds.source_file,
  sha256 text NOT NULL,
  rows_read bigint NOT NULL,
  rows_rejected bigint NOT NULL,
  rows_duplicate bigint NOT NULL,
  rows_changed bigint NOT NULL,
  rows_removed bigint NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ingestion_by_time ON funds.ingestion (loaded_at DESC);
COMMENT ON TABLE funds.ingestion IS 'Every load that changed something, one row each, in order.';

-- Funds and totals, kept by the loads ---------------------------------------------------------------------------------

CREATE TABLE funds.fund (
  cnpj char(14) COLLATE "C" PRIMARY KEY,
  name text,
  kind text,
  latest_daily date,
  latest_positions date,
  positions_source text,
  net_worth numeric,
  quota numeric(27, 12),
  shareholders bigint,
  inflow numeric,
  outflow numeric
);
CREATE INDEX fund_by_net_worth ON funds.fund (net_worth DESC NULLS LAST, cnpj);
COMMENT ON TABLE funds.fund IS 'One row for each fund or class that any loaded file speaks of, with the figures of its latest day. Derived: the loads keep it in step with the tables below.';
COMMENT ON COLUMN funds.fund.latest_daily IS 'Day of net_worth, quota, shareholders, inflow and outflow.';
COMMENT ON COLUMN funds.fund.latest_positions IS 'Latest day with positions; positions_source says in which report (funds.composition.source).';

CREATE TABLE funds.daily_total (
  dt date PRIMARY KEY,
  funds integer NOT NULL,
  net_worth numeric NOT NULL,
  inflow numeric NOT NULL,
  outflow numeric NOT NULL,
  shareholders bigint NOT NULL
);
COMMENT ON TABLE funds.daily_total IS 'The daily report summed over all funds. Derived.';

-- Informe diário ------------------------------------------------------------------------------------------------------

CREATE TABLE funds.daily (
  dt date NOT NULL,
  source_file_id integer NOT NULL,
  nr_cotst bigint,
  cnpj char(14) COLLATE "C" NOT NULL,
  id_subclasse text COLLATE "C" NOT NULL DEFAULT '',
  tp_fundo_classe text,
  vl_total numeric,
  vl_quota numeric(27, 12),
  vl_patrim_liq numeric,
  captc_dia numeric,
  resg_dia numeric,
  PRIMARY KEY (cnpj, id_subclasse, dt)
);
CREATE INDEX daily_by_day ON funds.daily USING brin (dt) WITH (autosummarize = on);
COMMENT ON TABLE funds.daily IS 'CVM daily report (informe diário): one row for each class, or each of its subclasses, and day.';
COMMENT ON COLUMN funds.daily.id_subclasse IS 'Empty for a class without subclasses, and in files from before RCVM 175.';
COMMENT ON COLUMN funds.daily.source_file_id IS 'funds.source_file; no foreign key, because checking it for every row costs more than the load.';

CREATE VIEW funds.fund_daily AS
SELECT
  cnpj,
  dt,
  tp_fundo_classe AS kind,
  vl_patrim_liq AS net_worth,
  vl_quota AS quota,
  nr_cotst AS shareholders,
  captc_dia AS inflow,
  resg_dia AS outflow
FROM funds.daily
WHERE id_subclasse = ''
UNION ALL
SELECT
  cnpj,
  dt,
  max(tp_fundo_classe),
  sum(vl_patrim_liq),
  CASE WHEN count(*) = 1 THEN max(vl_quota) END,
  sum(nr_cotst)::bigint,
  sum(captc_dia),
  sum(resg_dia)
FROM funds.daily d
WHERE id_subclasse <> ''
  AND NOT EXISTS (SELECT FROM funds.daily c WHERE c.cnpj = d.cnpj AND c.id_subclasse = '' AND c.dt = d.dt)
GROUP BY cnpj, dt;
COMMENT ON VIEW funds.fund_daily IS 'The daily series of a fund. The row of the class counts; where only subclasses report, their sum (their quotas differ, so there is none).';

-- CDA -----------------------------------------------------------------------------------------------------------------

CREATE TABLE funds.cda_pl (
  cnpj char(14) COLLATE "C" NOT NULL,
  dt date NOT NULL,
  source_file_id integer NOT NULL,
  tp_fundo_classe text,
  denom_social text,
  vl_patrim_liq numeric,
  PRIMARY KEY (cnpj, dt)
);
COMMENT ON TABLE funds.cda_pl IS 'CVM portfolio report (CDA): net worth of each class at the end of the month (cda_fi_PL; for special funds of pension plans, cda_fie).';

CREATE TABLE funds.cda_position (
  source_file_id integer NOT NULL,
  dt date NOT NULL,
  cnpj char(14) COLLATE "C" NOT NULL,
  block text COLLATE "C" NOT NULL,
  tp_aplic text,
  tp_ativo text,
  emissor_ligado text,
  tp_negoc text,
  qt_venda_negoc numeric,
  vl_venda_negoc numeric,
  qt_aquis_negoc numeric,
  vl_aquis_negoc numeric,
  qt_pos_final numeric,
  vl_merc_pos_final numeric,
  vl_custo_pos_final numeric,
  dt_confid_aplic date,
  cd_ativo text,
  ds_ativo text,
  cd_isin text,
  dt_venc date,
  emissor text,
  cpf_cnpj_emissor text,
  cnpj_cota text,
  details jsonb NOT NULL
);
CREATE INDEX cda_position_by_fund ON funds.cda_position (cnpj, dt);
CREATE INDEX cda_position_by_day ON funds.cda_position USING brin (dt) WITH (autosummarize = on);
COMMENT ON TABLE funds.cda_position IS 'CVM portfolio report (CDA): every position of every block. There is no key: a fund may hold the same asset several times (owned, lent, by purpose).';
COMMENT ON COLUMN funds.cda_position.block IS 'BLC_1 public bonds, BLC_2 fund shares, BLC_3 swaps, BLC_4 coded assets, BLC_5 bank deposits, BLC_6 agro and private credit, BLC_7 abroad, BLC_8 other, CONFID confidential (by kind only), FIE all kinds of a special fund.';
COMMENT ON COLUMN funds.cda_position.details IS 'The columns that only this block has, under their names in the file, empty ones left out.';

-- FIDC ----------------------------------------------------------------------------------------------------------------

CREATE TABLE funds.fidc_row (
  source_file_id integer NOT NULL,
  dt date NOT NULL,
  cnpj char(14) COLLATE "C" NOT NULL,
  tab text COLLATE "C" NOT NULL,
  line integer NOT NULL,
  denom_social text,
  fields jsonb NOT NULL
);
CREATE INDEX fidc_row_by_fund ON funds.fidc_row (cnpj, dt, tab);
CREATE INDEX fidc_row_by_day ON funds.fidc_row USING brin (dt) WITH (autosummarize = on);
COMMENT ON TABLE funds.fidc_row IS 'CVM monthly report of credit funds (FIDC): every row of every table, as published. Tables X_1 to X_6 have one row for each series.';

CREATE VIEW funds.fidc_value AS
SELECT
  r.cnpj,
  r.dt,
  r.tab,
  r.line,
  r.fields ->> 'TAB_X_CLASSE_SERIE' AS series,
  field.key AS field,
  field.value
FROM funds.fidc_row r
CROSS JOIN LATERAL jsonb_each_text(r.fields) field (key, value);
COMMENT ON VIEW funds.fidc_value IS 'The FIDC report in long form: one row for each figure.';

CREATE TABLE funds.fidc (
  cnpj char(14) COLLATE "C" NOT NULL,
  dt date NOT NULL,
  source_file_id integer NOT NULL,
  denom_social text,
  admin text,
  cnpj_admin text,
  condom text,
  vl_ativo numeric,
  vl_disp numeric,
  vl_carteira numeric,
  vl_dircred_risco numeric,
  vl_dircred_sem_risco numeric,
  vl_reducao_recup numeric,
  vl_vlmob numeric,
  vl_debenture_cri_np_lf numeric,
  vl_cota_fif numeric,
  vl_titpub_fed numeric,
  vl_cdb numeric,
  vl_oper_comprom numeric,
  vl_outro_rf numeric,
  vl_cota_fidc numeric,
  vl_posicao_deriv numeric,
  vl_outro_ativo numeric,
  vl_passivo numeric,
  vl_pl numeric,
  vl_pl_medio numeric,
  nr_cotst bigint,
  difference numeric GENERATED ALWAYS AS (vl_ativo - vl_passivo - vl_pl) STORED,
  PRIMARY KEY (cnpj, dt)
);
COMMENT ON TABLE funds.fidc IS 'Main figures of the FIDC report: assets (table I), liabilities (III), net worth (IV), holders (X_1).';
COMMENT ON COLUMN funds.fidc.difference IS 'Assets less liabilities less net worth: zero in a consistent report. Null where one of the three was not filed.';

-- Registry (RCVM 175) ---------------------------------------------------------------------------------------------------

CREATE TABLE funds.registro_fundo (
  id_registro_fundo bigint NOT NULL,
  cpf_cnpj_gestor text NOT NULL DEFAULT '',
  source_file_id integer NOT NULL,
  cnpj_fundo char(14) COLLATE "C" NOT NULL,
  codigo_cvm text,
  data_registro date,
  data_constituicao date,
  tipo_fundo text,
  denominacao_social text,
  data_cancelamento date,
  situacao text,
  data_inicio_situacao date,
  data_adaptacao_rcvm175 date,
  data_inicio_exercicio_social date,
  data_fim_exercicio_social date,
  patrimonio_liquido numeric,
  data_patrimonio_liquido date,
  diretor text,
  cnpj_administrador text,
  administrador text,
  tipo_pessoa_gestor text,
  gestor text,
  PRIMARY KEY (id_registro_fundo, cpf_cnpj_gestor)
);
CREATE INDEX registro_fundo_by_cnpj ON funds.registro_fundo (cnpj_fundo);
COMMENT ON TABLE funds.registro_fundo IS 'CVM registry, funds. A fund with several managers has a row for each.';

CREATE TABLE funds.registro_classe (
  id_registro_classe bigint NOT NULL,
  cnpj_custodiante text NOT NULL DEFAULT '',
  source_file_id integer NOT NULL,
  id_registro_fundo bigint,
  cnpj_classe char(14) COLLATE "C",
  codigo_cvm text,
  data_registro date,
  data_constituicao date,
  data_inicio date,
  tipo_classe text,
  denominacao_social text,
  situacao text,
  data_inicio_situacao date,
  classificacao text,
  indicador_desempenho text,
  classe_cotas text,
  classificacao_anbima text,
  tributacao_longo_prazo text,
  entidade_investimento text,
  permitido_aplicacao_cemporcento_exterior text,
  classe_esg text,
  forma_condominio text,
  exclusivo text,
  publico_alvo text,
  patrimonio_liquido numeric,
  data_patrimonio_liquido date,
  cnpj_auditor text,
  auditor text,
  custodiante text,
  cnpj_controlador text,
  controlador text,
  PRIMARY KEY (id_registro_classe, cnpj_custodiante)
);
CREATE INDEX registro_classe_by_cnpj ON funds.registro_classe (cnpj_classe);
COMMENT ON TABLE funds.registro_classe IS 'CVM registry, classes: the unit of the daily and portfolio reports. A class with several custodians has a row for each.';

CREATE TABLE funds.registro_subclasse (
  id_registro_classe bigint NOT NULL,
  id_subclasse text NOT NULL,
  source_file_id integer NOT NULL,
  codigo_cvm text,
  data_constituicao date,
  data_inicio date,
  denominacao_social text,
  situacao text,
  data_inicio_situacao date,
  forma_condominio text,
  exclusivo text,
  publico_alvo text,
  previdenciario text,
  exclusivo_inr text,
  exclusivo_previdencia_complementar text,
  PRIMARY KEY (id_registro_classe, id_subclasse)
);
COMMENT ON TABLE funds.registro_subclasse IS 'CVM registry, subclasses.';

-- Prices and benchmarks -------------------------------------------------------------------------------------------------

CREATE TABLE funds.price (
  dt date NOT NULL,
  source_file_id integer NOT NULL,
  codneg text COLLATE "C" NOT NULL,
  codbdi text COLLATE "C" NOT NULL,
  tpmerc text COLLATE "C" NOT NULL,
  prazot text COLLATE "C" NOT NULL DEFAULT '',
  nomres text,
  especi text,
  preabe numeric,
  premax numeric,
  premin numeric,
  premed numeric,
  preult numeric,
  preofc numeric,
  preofv numeric,
  totneg bigint,
  quatot numeric,
  voltot numeric,
  preexe numeric,
  datven date,
  fatcot integer,
  codisi text,
  dismes integer,
  PRIMARY KEY (codneg, dt, codbdi, tpmerc, prazot)
);
CREATE INDEX price_by_day ON funds.price USING brin (dt) WITH (autosummarize = on);
COMMENT ON TABLE funds.price IS 'B3 historical quotes (COTAHIST), record 01. Prices are for fatcot units.';

CREATE TABLE funds.benchmark (
  series integer NOT NULL,
  dt date NOT NULL,
  source_file_id integer NOT NULL,
  value numeric NOT NULL,
  PRIMARY KEY (series, dt)
);
COMMENT ON TABLE funds.benchmark IS 'Central bank time series (SGS): 12 CDI (% a day), 11 Selic (% a day), 433 IPCA (% a month), as published.';

-- ANBIMA position files -------------------------------------------------------------------------------------------------

CREATE TABLE funds.anbima_portfolio (
  cnpj char(14) COLLATE "C" NOT NULL,
  dt date NOT NULL,
  source_file_id integer NOT NULL,
  version text NOT NULL,
  name text,
  isin text,
  administrator text,
  manager text,
  custodian text,
  quota numeric,
  quantity numeric,
  net_worth numeric,
  details jsonb NOT NULL,
  PRIMARY KEY (cnpj, dt)
);
COMMENT ON TABLE funds.anbima_portfolio IS 'ANBIMA position file (XML 4.01 or 5.0): header of one portfolio on one day.';

CREATE TABLE funds.anbima_position (
  source_file_id integer NOT NULL,
  dt date NOT NULL,
  cnpj char(14) COLLATE "C" NOT NULL,
  kind text NOT NULL,
  asset_class text NOT NULL,
  code text,
  isin text,
  description text,
  issuer text,
  maturity date,
  quantity numeric,
  price numeric,
  value numeric NOT NULL,
  details jsonb NOT NULL
);
CREATE INDEX anbima_position_by_fund ON funds.anbima_position (cnpj, dt);
COMMENT ON TABLE funds.anbima_position IS 'ANBIMA position file: each asset, cash balance and provision, and the shares still to be issued or redeemed. value is what it adds to the net worth (short positions and debits are negative).';
COMMENT ON COLUMN funds.anbima_position.kind IS 'Element name in 4.01 (titpublico, debenture, caixa, provisao, ...), table code in 5.0 (GOVE, DEBE, EQUI, ...).';

-- Portfolio -------------------------------------------------------------------------------------------------------------

CREATE FUNCTION funds.cda_asset_class(block text, tp_aplic text, tp_ativo text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN block IN ('BLC_1', 'BLC_5', 'BLC_6') THEN 'renda_fixa'
    WHEN block IN ('BLC_3', 'BLC_7') THEN 'outros'
    WHEN tp_aplic ILIKE 'cotas de fundos%' THEN
      CASE
        WHEN tp_ativo ILIKE '%fidc%' OR tp_ativo ILIKE '%direitos credit%' THEN 'direitos_creditorios'
        ELSE 'outros'
      END
    WHEN tp_aplic ILIKE 'disponibilidades%' THEN 'caixa'
    WHEN tp_aplic ILIKE 'valores a pagar%' OR tp_aplic ILIKE 'valores a receber%'
      OR tp_aplic ILIKE 'outras opera__es passivas%' THEN 'cpr'
    WHEN tp_aplic ILIKE 'deb_ntures%' OR tp_aplic ILIKE 't_tulos p_blicos%'
      OR tp_aplic ILIKE 'opera__es compromissadas%' OR tp_aplic ILIKE 'dep_sitos a prazo%'
      OR tp_aplic ILIKE 't_tulos de cr_dito privado%' OR tp_aplic ILIKE 't_tulos ligados ao agroneg%'
      THEN 'renda_fixa'
    WHEN tp_aplic ILIKE 'a__es%' OR tp_aplic ILIKE 'brazilian depository receipt%'
      OR tp_aplic ILIKE 'certificado ou recibo de dep_sito%' OR tp_aplic ILIKE 'obriga__es por a__es%'
      THEN 'renda_variavel'
    ELSE 'outros'
  END
$$;
COMMENT ON FUNCTION funds.cda_asset_class IS 'Asset class of a CDA position: caixa, renda_fixa, renda_variavel, direitos_creditorios, cpr or outros. Accented letters are matched by place, since files differ in them.';

CREATE FUNCTION funds.cda_value(tp_aplic text, vl_merc_pos_final numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN tp_aplic ILIKE 'mercado futuro%' THEN 0
    WHEN tp_aplic ILIKE 'valores a pagar%' OR tp_aplic ILIKE 'obriga__es%'
      OR tp_aplic ILIKE 'outras opera__es passivas%' OR tp_aplic ILIKE 'diferencial de swap a pagar%'
      OR tp_aplic ILIKE 'op__es - posi__es lan_adas%' THEN -abs(coalesce(vl_merc_pos_final, 0))
    ELSE coalesce(vl_merc_pos_final, 0)
  END
$$;
COMMENT ON FUNCTION funds.cda_value IS 'What a CDA position adds to the net worth. Obligations are filed as positive amounts and count negative; futures are filed at their notional amount, which is no part of the net worth (their daily settlement is in cash and payables).';

CREATE VIEW funds.position AS
SELECT
  'cda' AS source,
  p.cnpj,
  p.dt,
  funds.cda_asset_class(p.block, p.tp_aplic, p.tp_ativo) AS asset_class,
  p.block AS kind,
  coalesce(p.cd_ativo, p.cd_isin, p.cnpj_cota, p.details ->> 'CD_SELIC', p.details ->> 'CD_SWAP') AS code,
  coalesce(p.ds_ativo, p.details ->> 'TP_TITPUB', p.tp_ativo, p.tp_aplic, p.block) AS description,
  p.emissor AS issuer,
  p.dt_venc AS maturity,
  p.qt_pos_final AS quantity,
  funds.cda_value(p.tp_aplic, p.vl_merc_pos_final) AS value
FROM funds.cda_position p
UNION ALL
SELECT
  'fidc', f.cnpj, f.dt, part.asset_class, part.kind, NULL, part.description, NULL, NULL, NULL, part.value
FROM funds.fidc f
CROSS JOIN LATERAL (VALUES
  ('caixa', 'TAB_I1', 'Disponibilidades', f.vl_disp),
  ('direitos_creditorios', 'TAB_I2A', 'Direitos creditórios com aquisição substancial de riscos', f.vl_dircred_risco),
  ('direitos_creditorios', 'TAB_I2B', 'Direitos creditórios sem aquisição substancial de riscos', f.vl_dircred_sem_risco),
  ('direitos_creditorios', 'TAB_I2H', 'Cotas de FIDC', f.vl_cota_fidc),
  ('renda_fixa', 'TAB_I2C', 'Debêntures, CRI, notas promissórias e letras financeiras', f.vl_debenture_cri_np_lf),
  ('renda_fixa', 'TAB_I2D', 'Títulos públicos federais', f.vl_titpub_fed),
  ('renda_fixa', 'TAB_I2E', 'CDB', f.vl_cdb),
  ('renda_fixa', 'TAB_I2F', 'Operações compromissadas', f.vl_oper_comprom),
  ('renda_fixa', 'TAB_I2G', 'Outros ativos de renda fixa', f.vl_outro_rf),
  ('outros', 'TAB_I2', 'Outros ativos da carteira',
    f.vl_carteira - coalesce(f.vl_dircred_risco, 0) - coalesce(f.vl_dircred_sem_risco, 0) - coalesce(f.vl_cota_fidc, 0)
      - coalesce(f.vl_debenture_cri_np_lf, 0) - coalesce(f.vl_titpub_fed, 0) - coalesce(f.vl_cdb, 0)
      - coalesce(f.vl_oper_comprom, 0) - coalesce(f.vl_outro_rf, 0)),
  ('outros', 'TAB_I3', 'Posições mantidas em mercados de derivativos', f.vl_posicao_deriv),
  ('cpr', 'TAB_I4', 'Outros ativos (valores a receber)', f.vl_outro_ativo),
  ('cpr', 'TAB_III', 'Passivo (valores a pagar)', -f.vl_passivo)
) part (asset_class, kind, description, value)
WHERE part.value <> 0
UNION ALL
SELECT
  'anbima', p.cnpj, p.dt, p.asset_class, p.kind, coalesce(p.code, p.isin),
  coalesce(p.description, p.kind), p.issuer, p.maturity, p.quantity, p.value
FROM funds.anbima_position p;
COMMENT ON VIEW funds.position IS 'All positions in one form. value is what the position adds to the net worth; their sum is compared with it in funds.reconciliation. source: cda, fidc or anbima; a fund may have several for one day.';

CREATE VIEW funds.holding AS
SELECT
  source,
  cnpj,
  dt,
  asset_class,
  code,
  description,
  max(issuer) AS issuer,
  sum(quantity) AS quantity,
  sum(value) AS value,
  count(*) AS positions
FROM funds.position
GROUP BY source, cnpj, dt, asset_class, code, description;
COMMENT ON VIEW funds.holding IS 'Positions grouped by asset: one that is partly owned, partly lent, is one holding.';

CREATE TABLE funds.composition (
  cnpj char(14) COLLATE "C" NOT NULL,
  dt date NOT NULL,
  source text COLLATE "C" NOT NULL,
  asset_class text COLLATE "C" NOT NULL,
  value numeric NOT NULL,
  positions integer NOT NULL,
  PRIMARY KEY (cnpj, dt, source, asset_class)
);
CREATE INDEX composition_by_day ON funds.composition (dt, asset_class) INCLUDE (value);
COMMENT ON TABLE funds.composition IS 'funds.position summed by asset class. Derived: each load writes the days that it brought, so that the portfolio of all funds over a year is read without adding up millions of positions.';

CREATE VIEW funds.reported_net_worth AS
SELECT 'cda' AS source, cnpj, dt, vl_patrim_liq AS net_worth FROM funds.cda_pl
UNION ALL
SELECT 'fidc', cnpj, dt, vl_pl FROM funds.fidc
UNION ALL
SELECT 'anbima', cnpj, dt, net_worth FROM funds.anbima_portfolio;
COMMENT ON VIEW funds.reported_net_worth IS 'The net worth that the same report states.';

CREATE VIEW funds.reconciliation AS
SELECT
  w.source,
  w.cnpj,
  w.dt,
  coalesce(c.value, 0) AS positions,
  w.net_worth,
  w.net_worth - coalesce(c.value, 0) AS gap,
  (w.net_worth - coalesce(c.value, 0)) / nullif(w.net_worth, 0) AS gap_share
FROM funds.reported_net_worth w
LEFT JOIN LATERAL (
  SELECT sum(value) AS value
  FROM funds.composition c
  WHERE c.cnpj = w.cnpj AND c.dt = w.dt AND c.source = w.source
) c ON true;
COMMENT ON VIEW funds.reconciliation IS 'Sum of the positions against the reported net worth of the same report. A gap is shown, never hidden: confidential positions, blocks not published yet, futures.';
