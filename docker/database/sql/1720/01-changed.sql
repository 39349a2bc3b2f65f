-- What eleven years changed in tables that schema 1302 has already: applied on top of it, as on a site that was upgraded.
-- Columns come last, where an upgrade puts them, and their defaults are those of schema 1720 (r3884, 2024).

ALTER TABLE vicidial_users
  MODIFY pass VARCHAR(100) NOT NULL,
  MODIFY phone_pass VARCHAR(100),
  MODIFY modify_leads ENUM('0','1','2','3','4','5','6') DEFAULT '0',
  MODIFY agentcall_manual ENUM('0','1','2','3','4','5') DEFAULT '0',
  ADD pass_hash VARCHAR(500) DEFAULT '',
  ADD user_hide_realtime ENUM('1','0') DEFAULT '0',
  ADD api_only_user ENUM('0','1') DEFAULT '0',
  ADD access_recordings ENUM('0','1') DEFAULT '0',
  ADD inbound_credits MEDIUMINT(7) DEFAULT -1,
  ADD hci_enabled ENUM('0','1','2','3','4','5','6') DEFAULT '0',
  ADD mobile_number VARCHAR(20) DEFAULT '',
  ADD modify_dial_prefix ENUM('0','1','2','3','4','5','6') DEFAULT '0';

ALTER TABLE vicidial_user_groups
  MODIFY allowed_reports VARCHAR(4000) DEFAULT 'ALL REPORTS',
  ADD admin_viewable_groups TEXT,
  ADD admin_viewable_call_times TEXT,
  ADD admin_ip_list VARCHAR(30) DEFAULT '',
  ADD agent_ip_list VARCHAR(30) DEFAULT '';

ALTER TABLE vicidial_campaigns
  MODIFY next_agent_call VARCHAR(40) DEFAULT 'longest_wait_time',
  MODIFY dial_method ENUM('MANUAL','RATIO','ADAPT_HARD_LIMIT','ADAPT_TAPERED','ADAPT_AVERAGE','INBOUND_MAN','SHARED_RATIO','SHARED_ADAPT_HARD_LIMIT','SHARED_ADAPT_TAPERED','SHARED_ADAPT_AVERAGE') DEFAULT 'MANUAL',
  MODIFY cpd_amd_action ENUM('DISABLED','DISPO','MESSAGE','CALLMENU','INGROUP') DEFAULT 'DISABLED',
  MODIFY manual_dial_cid ENUM('CAMPAIGN','AGENT_PHONE','AGENT_PHONE_OVERRIDE') DEFAULT 'CAMPAIGN',
  MODIFY get_call_launch ENUM('NONE','SCRIPT','SCRIPTTWO','WEBFORM','WEBFORMTWO','WEBFORMTHREE','FORM','PREVIEW_WEBFORM','PREVIEW_WEBFORMTWO','PREVIEW_WEBFORMTHREE','PREVIEW_SCRIPT','PREVIEW_SCRIPTTWO','PREVIEW_FORM') DEFAULT 'NONE',
  MODIFY alt_number_dialing ENUM('N','Y','SELECTED','SELECTED_TIMER_ALT','SELECTED_TIMER_ADDR3','UNSELECTED','UNSELECTED_TIMER_ALT','UNSELECTED_TIMER_ADDR3') DEFAULT 'N',
  MODIFY concurrent_transfers ENUM('AUTO','1','2','3','4','5','6','7','8','9','10','15','20','25','30','40','50','60','80','100','1000','10000') DEFAULT 'AUTO',
  MODIFY auto_alt_dial ENUM('NONE','ALT_ONLY','ADDR3_ONLY','ALT_AND_ADDR3','ALT_AND_EXTENDED','ALT_AND_ADDR3_AND_EXTENDED','EXTENDED_ONLY','MULTI_LEAD') DEFAULT 'NONE',
  MODIFY disable_alter_custphone ENUM('Y','N','HIDE') DEFAULT 'Y',
  MODIFY three_way_call_cid ENUM('CAMPAIGN','CUSTOMER','AGENT_PHONE','AGENT_CHOOSE','CUSTOM_CID') DEFAULT 'CAMPAIGN',
  MODIFY agent_lead_search ENUM('ENABLED','LIVE_CALL_INBOUND','LIVE_CALL_INBOUND_AND_MANUAL','DISABLED') DEFAULT 'DISABLED',
  MODIFY use_custom_cid ENUM('Y','N','AREACODE','USER_CUSTOM_1','USER_CUSTOM_2','USER_CUSTOM_3','USER_CUSTOM_4','USER_CUSTOM_5') DEFAULT 'N',
  MODIFY disable_dispo_screen ENUM('DISPO_ENABLED','DISPO_DISABLED','DISPO_SELECT_DISABLED') DEFAULT 'DISPO_ENABLED',
  ADD user_group VARCHAR(20) DEFAULT '---ALL---',
  ADD amd_inbound_group VARCHAR(20) DEFAULT '',
  ADD amd_callmenu VARCHAR(50) DEFAULT '',
  ADD cpd_unknown_action ENUM('DISABLED','DISPO','MESSAGE','CALLMENU','INGROUP') DEFAULT 'DISABLED',
  ADD routing_initiated_recordings ENUM('Y','N') DEFAULT 'Y',
  ADD cid_group_id VARCHAR(20) DEFAULT '---DISABLED---',
  ADD sip_event_logging VARCHAR(40) DEFAULT 'DISABLED',
  ADD amd_type ENUM('AMD','CPD','KHOMP') DEFAULT 'AMD',
  ADD opensips_cid_name VARCHAR(15) DEFAULT '',
  ADD amd_agent_route_options ENUM('ENABLED','DISABLED','PENDING') DEFAULT 'DISABLED',
  ADD scheduled_callbacks_timezones_container VARCHAR(40) DEFAULT 'DISABLED',
  ADD max_inbound_calls_outcome ENUM('DEFAULT','ALLOW_AGENTDIRECT','ALLOW_MI_PAUSE','ALLOW_AGENTDIRECT_AND_MI_PAUSE') DEFAULT 'DEFAULT',
  ADD shared_dial_rank TINYINT(3) DEFAULT 99,
  ADD dead_stop_recording ENUM('DISABLED','ALL_CALLS','OUTBOUND_ONLY','INBOUND_ONLY','AUTODIAL_ONLY','MANUAL_ONLY') DEFAULT 'DISABLED',
  ADD stereo_recording ENUM('DISABLED','CUSTOMER','CUSTOMER_MUTE') DEFAULT 'DISABLED';

ALTER TABLE vicidial_lists
  ADD expiration_date DATE DEFAULT '2099-12-31',
  ADD na_call_url TEXT,
  ADD local_call_time VARCHAR(10) NOT NULL DEFAULT 'campaign',
  ADD web_form_address_three TEXT,
  ADD status_group_id VARCHAR(20) DEFAULT '',
  ADD user_new_lead_limit SMALLINT(5) DEFAULT -1,
  ADD daily_reset_limit SMALLINT(5) DEFAULT -1,
  ADD resets_today SMALLINT(5) UNSIGNED DEFAULT 0,
  ADD cache_count INT(9) UNSIGNED DEFAULT 0,
  ADD cache_date DATETIME,
  ADD cid_group_id VARCHAR(20) DEFAULT '---DISABLED---',
  ADD dial_prefix VARCHAR(20) DEFAULT '';

ALTER TABLE vicidial_list
  MODIFY called_since_last_reset ENUM('Y','N','Y1','Y2','Y3','Y4','Y5','Y6','Y7','Y8','Y9','Y10','D') DEFAULT 'N';

ALTER TABLE vicidial_phone_codes
  ADD tz_code VARCHAR(4) DEFAULT '',
  ADD php_tz VARCHAR(100) DEFAULT '';

ALTER TABLE servers
  MODIFY outbound_calls_per_second SMALLINT(3) UNSIGNED DEFAULT 5,
  MODIFY conf_secret VARCHAR(100) DEFAULT 'test',
  ADD routing_prefix VARCHAR(10) DEFAULT '13',
  ADD external_web_socket_url VARCHAR(255) DEFAULT '',
  ADD conf_engine ENUM('MEETME','CONFBRIDGE') DEFAULT 'MEETME',
  ADD conf_update_interval SMALLINT(6) NOT NULL DEFAULT 60;

ALTER TABLE phones
  MODIFY pass VARCHAR(100),
  MODIFY login_pass VARCHAR(100),
  MODIFY conf_secret VARCHAR(100) DEFAULT 'test',
  MODIFY protocol ENUM('SIP','PJSIP','Zap','IAX2','EXTERNAL') DEFAULT 'SIP',
  ADD webphone_dialpad ENUM('Y','N','TOGGLE','TOGGLE_OFF') DEFAULT 'Y',
  ADD conf_qualify ENUM('Y','N') DEFAULT 'Y',
  ADD unavail_dialplan_fwd_exten VARCHAR(40) DEFAULT '',
  ADD nva_call_url TEXT,
  ADD peer_status ENUM('UNKNOWN','REGISTERED','UNREGISTERED','REACHABLE','LAGGED','UNREACHABLE') NOT NULL DEFAULT 'UNKNOWN',
  ADD ping_time SMALLINT(6);

ALTER TABLE vicidial_server_carriers
  MODIFY protocol ENUM('SIP','PJSIP','PJSIP_WIZ','Zap','IAX2','EXTERNAL') DEFAULT 'SIP',
  ADD user_group VARCHAR(20) DEFAULT '---ALL---';

ALTER TABLE vicidial_conf_templates
  ADD user_group VARCHAR(20) DEFAULT '---ALL---';

ALTER TABLE system_settings
  MODIFY default_phone_registration_password VARCHAR(100) DEFAULT 'test',
  MODIFY default_phone_login_password VARCHAR(100) DEFAULT 'test',
  MODIFY default_server_password VARCHAR(100) DEFAULT 'test',
  MODIFY enhanced_disconnect_logging ENUM('0','1','2','3','4','5','6') DEFAULT '0',
  ADD install_date VARCHAR(50),
  ADD allowed_sip_stacks ENUM('SIP','PJSIP','SIP_and_PJSIP') DEFAULT 'SIP',
  ADD disable_auto_dial ENUM('0','1') DEFAULT '0',
  ADD pass_hash_enabled ENUM('0','1') DEFAULT '0',
  ADD pass_key VARCHAR(100) DEFAULT '',
  ADD pass_cost TINYINT(2) UNSIGNED DEFAULT 2,
  ADD sip_event_logging ENUM('0','1','2','3','4','5','6','7') DEFAULT '0',
  ADD opensips_cid_name ENUM('0','1') DEFAULT '0',
  ADD anyone_callback_inactive_lists ENUM('default','NO_ADD_TO_HOPPER','KEEP_IN_HOPPER') DEFAULT 'default',
  ADD stereo_recording ENUM('0','1','2','3','4','5','6') DEFAULT '0';

ALTER TABLE vicidial_admin_log
  MODIFY event_sql MEDIUMTEXT,
  MODIFY event_notes MEDIUMTEXT,
  ADD user_group VARCHAR(20) DEFAULT '---ALL---';

ALTER TABLE vicidial_live_agents
  MODIFY status ENUM('READY','QUEUE','INCALL','PAUSED','CLOSER','MQUEUE') DEFAULT 'PAUSED',
  MODIFY external_status VARCHAR(255) DEFAULT '',
  ADD external_lead_id INT(9) UNSIGNED DEFAULT 0,
  ADD last_inbound_call_time_filtered DATETIME,
  ADD dial_campaign_id VARCHAR(8) DEFAULT '';

ALTER TABLE vicidial_auto_calls
  ADD agent_grab_extension VARCHAR(100) DEFAULT '';

ALTER TABLE vicidial_log
  MODIFY term_reason ENUM('CALLER','AGENT','QUEUETIMEOUT','ABANDON','AFTERHOURS','NONE','SYSTEM') DEFAULT 'NONE',
  ADD called_count SMALLINT(5) UNSIGNED DEFAULT 0;

ALTER TABLE vicidial_closer_log
  MODIFY term_reason ENUM('CALLER','AGENT','QUEUETIMEOUT','ABANDON','AFTERHOURS','HOLDRECALLXFER','HOLDTIME','NOAGENT','NONE','MAXCALLS','ACFILTER','CLOSETIME') DEFAULT 'NONE',
  ADD called_count SMALLINT(5) UNSIGNED DEFAULT 0;

ALTER TABLE recording_log
  MODIFY filename VARCHAR(100);

ALTER TABLE vicidial_carrier_log
  ADD sip_hangup_cause SMALLINT(4) UNSIGNED DEFAULT 0,
  ADD sip_hangup_reason VARCHAR(50) DEFAULT '',
  ADD caller_code VARCHAR(30) DEFAULT '';
