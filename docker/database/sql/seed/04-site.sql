-- Other people's work. Nothing that the providers do may touch a byte of it.

INSERT INTO vicidial_users (user, pass, full_name, user_level, user_group, phone_login, phone_pass, active, vicidial_recording, closer_campaigns, email) VALUES
  ('1001', 'pw-1001', 'Alice Adams', 1, 'SALES', '401', 'phone-401', 'Y', '1', ' SUPPORT -', 'alice@example.com'),
  ('1002', 'pw-1002', 'Bob Brown', 1, 'SALES', '402', 'phone-402', 'Y', '1', ' -', 'bob@example.com'),
  ('1003', 'pw-1003', 'Carla Cruz', 4, 'AGENTS', '', '', 'Y', '0', NULL, ''),
  ('5570', 'pw-5570', 'Remote line 1 of OLDCAMP', 1, 'AGENTS', '', '', 'Y', '1', NULL, ''),
  ('5571', 'pw-5571', 'Remote line 2 of OLDCAMP', 1, 'AGENTS', '', '', 'Y', '1', NULL, ''),
  ('manager', 'pw-manager', 'Dana Dietz', 8, 'ADMIN', '', '', 'Y', '1', NULL, 'dana@example.com');

INSERT INTO vicidial_campaigns (campaign_id, campaign_name, active, dial_status_a, lead_order, hopper_level, auto_dial_level, dial_method, dial_prefix, campaign_cid, campaign_vdad_exten, campaign_recording, dial_statuses, web_form_address, start_call_url, dispo_call_url, na_call_url, manual_dial_prefix, survey_first_audio_file, agent_hangup_value, list_order_mix, campaign_stats_refresh, campaign_changedate) VALUES
  ('OLDCAMP', 'Renewals 2024', 'Y', 'NEW', 'DOWN', 100, '3', 'ADAPT_AVERAGE', '8', '2125550100', '8368', 'ALLFORCE', ' A B NA NEW -', 'https://crm.example.com/?lead=1', '', 'https://crm.example.com/dispo', '', '8', '', '', 'DISABLED', 'Y', '2024-10-01 10:00:00'),
  ('SOLAR', 'Solar leads, press 1', 'Y', 'NEW', 'RANDOM', 50, '2', 'RATIO', '9797', '3055550100', '8366', 'ONDEMAND', ' NEW -', NULL, NULL, NULL, NULL, '8787', 'survey-solar', NULL, 'DISABLED', 'Y', '2024-11-01 12:30:00'),
  ('INBOUND', 'Support desk', 'Y', 'NEW', 'DOWN', 1, '0', 'INBOUND_MAN', '9', '8005550100', '8368', 'ALLCALLS', ' CALLBK NEW -', '', '', '', '', '', '', '', 'DISABLED', 'N', NULL);
INSERT INTO vicidial_campaign_stats (campaign_id, dialable_leads, calls_today) VALUES ('OLDCAMP', 2, 41), ('SOLAR', 1, 7), ('INBOUND', 0, 0);
INSERT INTO vicidial_campaign_stats_debug (campaign_id, server_ip, entry_time) VALUES ('OLDCAMP', 'ADAPT', '2024-10-01 10:00:00'), ('SOLAR', 'ADAPT', '2024-11-01 12:30:00'), ('INBOUND', 'ADAPT', NULL);
INSERT INTO vicidial_campaign_server_stats (campaign_id, server_ip, local_trunk_shortage) VALUES ('OLDCAMP', '10.20.30.11', 0);
INSERT INTO vicidial_campaign_statuses (status, status_name, selectable, campaign_id) VALUES ('RENEW', 'Renewed', 'Y', 'OLDCAMP'), ('LATER', 'Ask again', 'Y', 'SOLAR');
INSERT INTO vicidial_campaign_hotkeys (status, hotkey, status_name, selectable, campaign_id) VALUES ('RENEW', '1', 'Renewed', 'Y', 'OLDCAMP');
INSERT INTO vicidial_campaign_agents (user, campaign_id, campaign_rank) VALUES ('1001', 'OLDCAMP', 3), ('1002', 'SOLAR', 0);
INSERT INTO vicidial_inbound_group_agents (user, group_id, group_rank) VALUES ('1001', 'SUPPORT', 5);
INSERT INTO vicidial_pause_codes (pause_code, pause_code_name, campaign_id) VALUES ('LUNCH', 'Lunch', 'OLDCAMP');
INSERT INTO vicidial_lead_recycle (campaign_id, status, active) VALUES ('OLDCAMP', 'NA', 'Y');
INSERT INTO vicidial_campaigns_list_mix (vcl_id, vcl_name, campaign_id, status) VALUES ('MIXOLD', 'Even mix', 'OLDCAMP', 'INACTIVE');
INSERT INTO vicidial_xfer_presets (campaign_id, preset_name, preset_number) VALUES ('OLDCAMP', 'Verifier', '8135550199');
INSERT INTO vicidial_campaign_cid_areacodes (campaign_id, areacode, outbound_cid, active) VALUES ('OLDCAMP', '305', '3055550100', 'Y');
INSERT INTO vicidial_server_trunks (server_ip, campaign_id, dedicated_trunks) VALUES ('10.20.30.11', 'OLDCAMP', 20);
INSERT INTO vicidial_lead_filters (lead_filter_id, lead_filter_name, lead_filter_sql) VALUES ('NOFL', 'Not in Florida', 'state!=\'FL\'');
INSERT INTO vicidial_inbound_groups (group_id, group_name, group_color, active) VALUES ('SUPPORT', 'Support line', 'white', 'Y'), ('AGENTDIR', 'Agent direct', 'white', 'Y');
INSERT INTO vicidial_call_menu (menu_id, menu_name, menu_prompt) VALUES ('defaultlog', 'Default menu', 'sip-silence');
INSERT INTO vicidial_inbound_dids (did_pattern, did_description, did_route, group_id) VALUES ('8005550100', 'Support number', 'IN_GROUP', 'SUPPORT');

INSERT INTO vicidial_remote_agents (user_start, number_of_lines, server_ip, conf_exten, status, campaign_id, closer_campaigns) VALUES
  ('5570', 2, '10.20.30.11', '818135550111', 'ACTIVE', 'OLDCAMP', ' -'),
  ('5590', 1, '10.20.30.12', '818135550112', 'INACTIVE', 'SOLAR', '');
INSERT INTO vicidial_live_agents (user, server_ip, conf_exten, extension, status, lead_id, campaign_id, comments, outbound_autodial, ra_user, ra_extension, last_call_time, last_update_time, last_call_finish) VALUES
  ('5570', '10.20.30.11', '818135550111', 'R/5570', 'READY', 0, 'OLDCAMP', 'REMOTE', 'Y', '5570', '818135550111', '2024-11-12 09:00:00', '2024-11-12 09:05:00', '2024-11-12 09:00:30'),
  ('1001', '10.20.30.11', '8600051', 'SIP/401', 'PAUSED', 0, 'OLDCAMP', '', 'N', '', '', '2024-11-12 09:01:00', '2024-11-12 09:05:00', '2024-11-12 09:02:10');

INSERT INTO vicidial_lists (list_id, list_name, campaign_id, active, list_description, list_changedate, reset_time) VALUES
  (101, 'Renewals A', 'OLDCAMP', 'Y', 'October batch', '2024-10-01 10:05:00', '0900-1300'),
  (102, 'Solar trade fair', 'SOLAR', 'Y', NULL, '2024-11-01 12:40:00', ''),
  (998, 'Default manual list', 'OLDCAMP', 'N', NULL, NULL, '');
INSERT INTO vicidial_list (entry_date, modify_date, status, user, vendor_lead_code, list_id, gmt_offset_now, called_since_last_reset, phone_code, phone_number, first_name, last_name, city, state, called_count, entry_list_id) VALUES
  ('2024-10-01 10:06:00', '2024-10-02 11:00:00', 'NEW', '', 'REN-1', 101, -5.00, 'N', '1', '2125550123', 'Ivan', 'Ipswich', 'New York', 'NY', 0, 101),
  ('2024-10-01 10:06:00', '2024-10-03 16:20:00', 'NA', 'VDAD', 'REN-2', 101, -5.00, 'Y', '1', '3055550144', 'Judy', 'Jones', 'Miami', 'FL', 2, 101),
  ('2024-10-01 10:06:00', '2024-10-03 16:22:00', 'DNC', '1001', 'REN-3', 101, -6.00, 'Y', '1', '3125550155', 'Karl', 'Kent', 'Chicago', 'IL', 1, 101),
  ('2024-11-01 12:41:00', '2024-11-01 12:41:00', 'NEW', '', '', 102, -8.00, 'N', '1', '4155550166', 'Lena', 'Lund', 'San Francisco', 'CA', 0, 0);
INSERT INTO vicidial_list_alt_phones (lead_id, phone_code, phone_number, alt_phone_note, alt_phone_count) VALUES (1, '1', '2125550124', 'office', 1);
INSERT INTO vicidial_hopper (lead_id, campaign_id, status, list_id, gmt_offset_now, state, source) VALUES (1, 'OLDCAMP', 'READY', 101, -5.00, 'NY', 'S'), (4, 'SOLAR', 'READY', 102, -8.00, 'CA', 'S');
INSERT INTO vicidial_callbacks (lead_id, list_id, campaign_id, status, entry_time, callback_time, modify_date, user, recipient) VALUES (2, 101, 'OLDCAMP', 'ACTIVE', '2024-10-03 16:20:00', '2024-10-10 10:00:00', '2024-10-03 16:20:00', '1001', 'ANYONE');
INSERT INTO vicidial_dnc (phone_number) VALUES ('3125550155');
INSERT INTO vicidial_campaign_dnc (phone_number, campaign_id) VALUES ('3055550199', 'OLDCAMP');

INSERT INTO phones (extension, dialplan_number, voicemail_id, server_ip, login, pass, status, active, phone_type, fullname, protocol, outbound_cid, template_id, conf_secret) VALUES
  ('401', '401', '401', '10.20.30.11', '401', 'phone-401', 'ACTIVE', 'Y', 'softphone', 'Alice Adams', 'SIP', '2125550100', '', 'secret-401'),
  ('402', '402', '402', '10.20.30.11', '402', 'phone-402', 'ACTIVE', 'Y', 'desk', 'Bob Brown', 'SIP', '', 'SIP_generic', 'secret-402'),
  ('401', '403', '403', '10.20.30.12', '401b', 'phone-401b', 'ACTIVE', 'Y', 'softphone', 'Alice Adams, second site', 'IAX2', '', '', 'secret-403');
INSERT INTO phones_alias (alias_id, alias_name, logins_list) VALUES ('alice', 'Alice anywhere', '401,401b');
INSERT INTO vicidial_voicemail (voicemail_id, pass, fullname) VALUES ('85011', '8501', 'Night voicemail');

INSERT INTO vicidial_log (uniqueid, lead_id, list_id, campaign_id, call_date, start_epoch, end_epoch, length_in_sec, status, phone_code, phone_number, user, comments, processed, user_group, term_reason) VALUES
  ('1727965200.12', 2, 101, 'OLDCAMP', '2024-10-03 16:20:00', 1727965200, 1727965230, 30, 'NA', '1', '3055550144', 'VDAD', 'AUTO', 'N', NULL, 'NONE');
INSERT INTO vicidial_carrier_log (uniqueid, call_date, server_ip, lead_id, hangup_cause, dialstatus, channel, dial_time, answered_time) VALUES
  ('1727965200.12', '2024-10-03 16:20:30', '10.20.30.11', 2, 16, 'NOANSWER', 'SIP/trunk8-0000000a', 30, 0);
INSERT INTO call_log (uniqueid, channel, channel_group, type, server_ip, extension, number_dialed, caller_code, start_time, start_epoch, length_in_sec) VALUES
  ('1727965200.12', 'SIP/trunk8-0000000a', 'Local', 'Local', '10.20.30.11', '813055550144', '813055550144', 'V1003162000000000002', '2024-10-03 16:20:00', 1727965200, 30);
INSERT INTO vicidial_user_log (user, event, campaign_id, event_date, event_epoch, user_group) VALUES ('1001', 'LOGIN', 'OLDCAMP', '2024-11-12 08:55:00', 1731401700, 'SALES');
INSERT INTO vicidial_admin_log (event_date, user, ip_address, event_section, event_type, record_id, event_code, event_sql, event_notes) VALUES
  ('2024-10-01 10:00:00', '6666', '10.20.30.5', 'CAMPAIGNS', 'ADD', 'OLDCAMP', 'ADMIN ADD CAMPAIGN', 'INSERT INTO vicidial_campaigns ...', ''),
  ('2024-11-01 12:30:00', 'manager', '10.20.30.6', 'CAMPAIGNS', 'ADD', 'SOLAR', 'ADMIN ADD CAMPAIGN', 'INSERT INTO vicidial_campaigns ...', '');
