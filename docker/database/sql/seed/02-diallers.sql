-- Three Asterisk servers: two in service, one switched off. Dialler 1 is the lab's own; telephony carriers belong to the site.

INSERT INTO servers (server_id, server_description, server_ip, active, asterisk_version, max_vicidial_trunks, local_gmt, active_asterisk_server, generate_vicidial_conf, rebuild_conf_files, outbound_calls_per_second) VALUES
  ('DIALLER1', 'Dialler 1', '10.20.30.11', 'Y', '16.28.0', 96, '-5.00', 'Y', 'Y', 'N', 5),
  ('DIALLER2', 'Dialler 2', '10.20.30.12', 'Y', '16.28.0', 96, '-5.00', 'Y', 'Y', 'N', 5),
  ('OLDBOX', 'Retired, kept for its recordings', '10.20.30.19', 'N', '1.4.21.2', 23, '-5.00', 'N', 'N', 'N', 20);

INSERT INTO server_updater (server_ip, last_update) VALUES ('10.20.30.11', '2024-11-12 08:00:00'), ('10.20.30.12', '2024-11-12 08:00:00');

-- The prefix 9797 of the guide, answered for every number behind it; 8787 is the prefix for manual calls.
-- `o` keeps the caller id of the calling channel, and with it the V-code by which VICIdial knows the call.
INSERT INTO vicidial_server_carriers (carrier_id, carrier_name, registration_string, template_id, account_entry, protocol, globals_string, dialplan_entry, server_ip, active, carrier_description) VALUES
  ('TELCO', 'Telephony carrier', '', '--NONE--', '[telco]\ntype=peer\nhost=carrier\ninsecure=port,invite\ndtmfmode=rfc2833\nqualify=no\ncontext=trunkinbound\ndisallow=all\nallow=ulaw\n', 'SIP', 'TELCO = SIP/telco',
   'exten => _9797X.,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _9797X.,2,Dial(${TELCO}/${EXTEN:4},${CAMPDTO},o)\nexten => _9797X.,3,Hangup()\n', '0.0.0.0', 'Y', 'Outbound calls of the dialler'),
  ('TELCOMANUAL', 'Telephony carrier, manual calls', '', '--NONE--', '', 'SIP', '',
   'exten => _8787X.,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _8787X.,2,Dial(${TELCO}/${EXTEN:4},${CAMPDTO},To)\nexten => _8787X.,3,Hangup()\n', '0.0.0.0', 'Y', 'Manual calls of agents'),
  ('TRUNK8', 'Long distance, prefix 8', '', '--NONE--', '[trunk8]\ntype=peer\nhost=192.0.2.40\nqualify=no\ncontext=trunkinbound\n', 'SIP', 'TRUNK8 = SIP/trunk8',
   'exten => _81NXXNXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _81NXXNXXXXXX,2,Dial(${TRUNK8}/${EXTEN:1},${CAMPDTO},o)\nexten => _81NXXNXXXXXX,3,Hangup()\n', '10.20.30.11', 'Y', 'Dialler 1 only'),
  ('SIPEXAMPLE', 'Example of a SIP carrier', 'register => testcarrier:test@192.0.2.50:5060', '--NONE--', '[ExampleSIP]\ndisallow=all\nallow=ulaw\ntype=friend\nhost=192.0.2.50\n', 'SIP', 'SIPTRUNK = SIP/ExampleSIP',
   'exten => _91999NXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)\nexten => _91999NXXXXXX,2,Dial(${SIPTRUNK}/${EXTEN:1},${CAMPDTO},To)\nexten => _91999NXXXXXX,3,Hangup\n', '10.20.30.19', 'N', 'Left over from the installation');

INSERT INTO conferences (conf_exten, server_ip, extension) VALUES (8600011, '10.20.30.11', ''), (8600012, '10.20.30.11', ''), (8600011, '10.20.30.12', '');
INSERT INTO vicidial_conferences (conf_exten, server_ip, extension) VALUES (8600051, '10.20.30.11', ''), (8600052, '10.20.30.11', ''), (8600051, '10.20.30.12', '');
