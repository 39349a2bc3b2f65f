-- What every installation has: its settings, the built-in users and groups, statuses, call times. Good for both schemas.

INSERT INTO system_settings (version, db_schema_version, db_schema_update_date, svn_revision, outbound_autodial_active, auto_dial_limit, active_voicemail_server, test_campaign_calls, reload_timestamp)
VALUES ('2.8-393a', 1302, '2013-02-15 09:00:00', 1938, '1', '10', '10.20.30.11', '1', '2024-11-12 08:00:00');

INSERT INTO vicidial_user_groups (user_group, group_name, allowed_campaigns) VALUES
  ('ADMIN', 'VICIDIAL ADMINISTRATORS', ' -ALL-CAMPAIGNS- - -'),
  ('AGENTS', 'Agents of the whole floor', ' -ALL-CAMPAIGNS- - -'),
  ('SALES', 'Sales team', ' OLDCAMP SOLAR -');

-- 6666 is the one built-in administrator; VDAD and VDCL are the names under which the dialler itself writes.
INSERT INTO vicidial_users (user, pass, full_name, user_level, user_group, active, modify_users, modify_campaigns, modify_lists, modify_remoteagents, modify_carriers, modify_phones, modify_servers) VALUES
  ('6666', 'lab-6666', 'Admin', 9, 'ADMIN', 'Y', '1', '1', '1', '1', '1', '1', '1'),
  ('VDAD', 'lab-VDAD', 'Outbound Auto Dial', 1, 'ADMIN', 'N', '0', '0', '0', '0', '0', '0', '0'),
  ('VDCL', 'lab-VDCL', 'Inbound No Agent', 1, 'ADMIN', 'N', '0', '0', '0', '0', '0', '0', '0');

INSERT INTO vicidial_statuses (status, status_name, selectable, human_answered, completed) VALUES
  ('NEW', 'New Lead', 'N', 'N', 'N'),
  ('QUEUE', 'Lead To Be Called', 'N', 'N', 'N'),
  ('INCALL', 'Lead Being Called', 'N', 'N', 'N'),
  ('DROP', 'Agent Not Available', 'N', 'Y', 'N'),
  ('XDROP', 'Agent Not Available IN', 'N', 'Y', 'N'),
  ('PDROP', 'Outbound Pre-Routing Drop', 'N', 'N', 'N'),
  ('LRERR', 'Outbound Local Channel Res Err', 'N', 'N', 'N'),
  ('NA', 'No Answer AutoDial', 'N', 'N', 'N'),
  ('CALLBK', 'Call Back', 'Y', 'Y', 'N'),
  ('CBHOLD', 'Call Back Hold', 'N', 'Y', 'N'),
  ('A', 'Answering Machine', 'Y', 'N', 'N'),
  ('AA', 'Answering Machine Auto', 'N', 'N', 'N'),
  ('AM', 'Answering Machine SentToMesg', 'N', 'N', 'N'),
  ('AL', 'Answering Machine Msg Played', 'N', 'N', 'N'),
  ('AFAX', 'Fax Machine Auto', 'N', 'N', 'N'),
  ('AB', 'Busy Auto', 'N', 'N', 'N'),
  ('B', 'Busy', 'Y', 'N', 'N'),
  ('DC', 'Disconnected Number', 'Y', 'N', 'N'),
  ('ADC', 'Disconnected Number Auto', 'N', 'N', 'N'),
  ('ADAIR', 'Dead Air Auto', 'N', 'N', 'N'),
  ('DEC', 'Declined Sale', 'Y', 'Y', 'Y'),
  ('DNC', 'DO NOT CALL', 'Y', 'Y', 'Y'),
  ('DNCL', 'DO NOT CALL Hopper Sys Match', 'N', 'N', 'Y'),
  ('DNCC', 'DO NOT CALL Hopper Camp Match', 'N', 'N', 'Y'),
  ('SALE', 'Sale Made', 'Y', 'Y', 'Y'),
  ('N', 'No Answer', 'Y', 'N', 'N'),
  ('NI', 'Not Interested', 'Y', 'Y', 'Y'),
  ('NP', 'No Pitch No Price', 'Y', 'Y', 'N'),
  ('PU', 'Call Picked Up', 'N', 'N', 'N'),
  ('XFER', 'Call Transferred', 'Y', 'Y', 'N'),
  ('ERI', 'Agent Error', 'N', 'N', 'N');

INSERT INTO vicidial_call_times (call_time_id, call_time_name, ct_default_start, ct_default_stop) VALUES
  ('24hours', 'default 24 hours calling', 0, 2400),
  ('9am-9pm', 'default 9am to 9pm calling', 900, 2100),
  ('9am-5pm', 'default 9am to 5pm calling', 900, 1700),
  ('12pm-5pm', 'default 12pm to 5pm calling', 1200, 1700);

INSERT INTO vicidial_conf_templates (template_id, template_name, template_contents) VALUES
  ('SIP_generic', 'SIP phone generic', 'type=friend\nhost=dynamic\ncanreinvite=no\ncontext=default\n'),
  ('IAX_generic', 'IAX phone generic', 'type=friend\nhost=dynamic\nmaxauthreq=10\nauth=md5,plaintext,rsa\ncontext=default\n');

INSERT INTO vicidial_override_ids (id_table, active, value) VALUES
  ('vicidial_users', '0', 1000), ('vicidial_campaigns', '0', 20000), ('vicidial_lists', '0', 20000), ('phones', '0', 5000);
