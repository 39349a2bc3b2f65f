-- What an upgrade to schema 1720 fills in, and rows of tables that are new there.

UPDATE system_settings SET version = '2.14-930a', db_schema_version = 1720, db_schema_update_date = '2024-10-21 21:38:00', svn_revision = 3884, install_date = '2013-02-15', allowed_sip_stacks = 'SIP_and_PJSIP';
UPDATE servers SET conf_engine = 'CONFBRIDGE' WHERE active_asterisk_server = 'Y';
UPDATE vicidial_users SET pass_hash = '' WHERE user = '6666';
UPDATE vicidial_lists SET daily_reset_limit = 3, resets_today = 1 WHERE list_id = 101;

INSERT INTO vicidial_server_carriers (carrier_id, carrier_name, registration_string, template_id, account_entry, protocol, globals_string, dialplan_entry, server_ip, active, carrier_description, user_group) VALUES
  ('PJSIPEXAMPLE', 'Example of a PJSIP carrier', '', '--NONE--', '[ExamplePJSIP]\ntype=aor\ncontact=sip:192.0.2.51:5060\n\n[ExamplePJSIP]\ntype=endpoint\ncontext=trunkinbound\ndisallow=all\nallow=ulaw\naors=ExamplePJSIP\n', 'PJSIP', 'PJTRUNK=ExamplePJSIP',
   'exten => _91998NXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _91998NXXXXXX,2,Dial(PJSIP/${EXTEN:1}@${PJTRUNK},${CAMPDTO},To)\nexten => _91998NXXXXXX,3,Hangup\n', '0.0.0.0', 'N', 'Left over from the installation', '---ALL---');
INSERT INTO vicidial_settings_containers (container_id, container_notes, container_type, container_entry) VALUES
  ('AMD_AGENT_OPT_SOLAR', 'AMD options of SOLAR', 'AMD_AGENT_OPTIONS', 'NOTSURE,TOOLONG\n'),
  ('PHONE_DEFAULTS', 'Phone defaults', 'PHONE_DEFAULTS', 'protocol => SIP\n');
INSERT INTO vicidial_url_multi (campaign_id, entry_type, active, url_type, url_address) VALUES ('SOLAR', 'campaign', 'Y', 'dispo', 'https://crm.example.com/solar');
INSERT INTO vicidial_cid_groups (cid_group_id, cid_group_notes) VALUES ('EASTCOAST', 'Local numbers of the east coast');
INSERT INTO vicidial_dial_log (caller_code, lead_id, server_ip, call_date, extension, channel, timeout, outbound_cid, context) VALUES
  ('V1003162000000000002', 2, '10.20.30.11', '2024-10-03 16:20:00', '813055550144', 'Local/813055550144@default', 60000, '2125550100', 'default');
